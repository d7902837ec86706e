"use strict";
const charts = JSON.parse(document.getElementById("chart-data").textContent);
const views = {};

// A phone shows panels one below the other and charts no wider than itself.
function fitted(spec) {
  const room = document.querySelector("main").clientWidth - 32;
  if (room >= 700) return spec;
  if (spec.columns) spec.columns = 1;
  if (spec.spec && spec.spec.width) spec.spec.width = Math.min(Math.max(spec.spec.width, 240), room - 90);
  if (typeof spec.width === "number") {
    const names = /"labelLimit":\s?200/.test(JSON.stringify(spec.encoding || {}));
    spec.width = Math.max(120, Math.min(spec.width, room - (names ? 190 : 90)));
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
  const name = document.title.includes("INVENTED") ? "INVENTED-drmine-" + id : "drmine-" + id;
  if (kind === "csv") {
    save(name + ".csv", URL.createObjectURL(new Blob([tableAsCsv(document.getElementById("table-" + id))], { type: "text/csv" })));
  } else if (views[id] && kind === "svg") {
    save(name + ".svg", URL.createObjectURL(new Blob([await views[id].toSVG()], { type: "image/svg+xml" })));
  } else if (views[id]) {
    save(name + ".png", await views[id].toImageURL("png", 2));
  }
});
