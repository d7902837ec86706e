"use strict";
const charts = JSON.parse(document.getElementById("chart-data").textContent);
const views = {};
document.documentElement.classList.add("js");
for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;

// A phone shows panels one below the other and charts no wider than itself.
function fitted(spec) {
  const room = document.querySelector("main").clientWidth - 32;
  if (room >= 700) return spec;
  if (spec.columns) {
    spec.columns = 1;
    // eight panels below each other are longer than the screen: each has its years
    spec.config.legend = Object.assign({}, spec.config.legend, { labelLimit: room - 120 });
    const resolve = spec.resolve || {};
    spec.resolve = Object.assign({}, resolve, { axis: Object.assign({}, resolve.axis, { x: "independent" }) });
  }
  if (spec.spec && spec.spec.width) spec.spec.width = Math.min(Math.max(spec.spec.width, 240), room - 98);
  if (typeof spec.width === "number") {
    // names beside the rows take two fifths at most; the caption has them whole
    const names = spec.encoding && spec.encoding.y && spec.encoding.y.axis && spec.encoding.y.axis.labelLimit;
    if (names) spec.encoding.y.axis.labelLimit = Math.min(names, Math.round(room * 0.4));
    spec.width = Math.max(120, Math.min(spec.width, room - (names ? Math.round(room * 0.4) + 16 : 90)));
    spec.config.legend = Object.assign({}, spec.config.legend, { orient: "top", columns: 2 });
  }
  return spec;
}

for (const [id, spec] of Object.entries(charts)) {
  vegaEmbed("#chart-" + id, fitted(spec), { mode: "vega-lite", renderer: "svg", actions: false })
    .then(function (result) {
      views[id] = result.view;
      // the drawing is one image, told in words by the caption and in numbers by the table
      const svg = result.view.container().querySelector("svg");
      if (svg) {
        // so the roles that Vega gives to its marks go
        for (const mark of svg.querySelectorAll("[role], [aria-roledescription]")) {
          for (const name of ["role", "aria-roledescription", "aria-label"]) mark.removeAttribute(name);
        }
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-labelledby", "title-" + id);
        svg.setAttribute("aria-describedby", "text-" + id);
      }
      document.body.dataset.charts = String(1 + Number(document.body.dataset.charts || 0));
    })
    .catch(function (error) {
      document.getElementById("chart-" + id).textContent = "This chart could not be drawn: " + error;
    });
}

function save(name, url) {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

// A picture leaves the page: it says itself what it shows, and what the banners of the page say.
async function picture(id) {
  const page = document.body.dataset;
  const marks = [
    { all: "INVENTED DEMONSTRATION DATA: nothing here is evidence.", some: "PARTLY INVENTED DATA: nothing here is evidence." }[page.invented],
    page.partial ? "PARTIAL: the run did not get every record." : undefined,
  ].filter(Boolean);
  const heading = document.getElementById("title-" + id).textContent;
  const title = {
    text: marks.concat(page.subject ? page.subject + ": " + heading : heading),
    subtitle: ["Why epilepsy resists drugs, drmine run " + page.run + "; labels are the machine's unless reviewed"].concat(
      / \*"/.test(JSON.stringify(charts[id])) ? "* holds a year that is not over or not fetched whole" : []),
    anchor: "start", fontSize: 16, color: marks.length ? "#a40e26" : "#1b1f24",
  };
  const spec = Object.assign({}, charts[id], { title });
  const drawn = await vegaEmbed(document.createElement("div"), spec, { mode: "vega-lite", renderer: "svg", actions: false });
  return drawn.view;
}

function tableAsCsv(table) {
  // as in the trend files: text that a spreadsheet could run as a formula is guarded
  const cell = (text) => {
    const guarded = /^\s*[=+\-@＝＋－＠']/.test(text) && isNaN(Number(text)) ? "'" + text : text;
    return /[",\n]/.test(guarded) ? '"' + guarded.replace(/"/g, '""') + '"' : guarded;
  };
  return Array.from(table.rows, (row) => Array.from(row.cells, (c) => cell(c.textContent)).join(",")).join("\n") + "\n";
}

document.addEventListener("click", async function (event) {
  const button = event.target.closest(".tools button");
  if (!button) return;
  const id = button.parentElement.dataset.chart, kind = button.dataset.kind;
  // pages of hypotheses have charts of the same ids: their files would have the same names
  const page = document.body.dataset;
  const mark = { all: "INVENTED-", some: "PARTLY-INVENTED-" }[page.invented] || "";
  const name = mark + "drmine-" + page.files + id;
  if (kind === "csv") {
    save(name + ".csv", URL.createObjectURL(new Blob([tableAsCsv(document.getElementById("table-" + id))], { type: "text/csv" })));
  } else if (views[id] && kind === "svg") {
    save(name + ".svg", URL.createObjectURL(new Blob([await (await picture(id)).toSVG()], { type: "image/svg+xml" })));
  } else if (views[id]) {
    save(name + ".png", await (await picture(id)).toImageURL("png", 2));
  }
});
