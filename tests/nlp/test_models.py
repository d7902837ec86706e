"""A statistical model: built, packed and installed here, then found, listed and used."""

import os
import subprocess
import sys
import zipfile

import pytest

from drmine.errors import ConfigurationError
from drmine.nlp.models import describe_models, how_to_install, known_models
from drmine.nlp.pipeline import Pipeline

NAME = "en_drmine_invented_sm"
# invented sentences with spellings that no term of the vocabulary has
SENTENCES = [
    ("Rats were given oxcarbazepin twice.", [(16, 28, "CHEMICAL")]),
    ("Children on oxcarbazepin slept well.", [(12, 24, "CHEMICAL")]),
    ("We gave phenytoine to mice.", [(8, 18, "CHEMICAL")]),
    ("The dose of phenytoine was low.", [(12, 22, "CHEMICAL")]),
    ("Nothing was given to the mice.", []),
]
USE = """
from drmine.nlp.models import describe_models
from drmine.nlp.pipeline import Pipeline
from drmine.records import Record
from drmine.status.fingerprint import present_fingerprint

pipeline = Pipeline(spacy_model="{name}")
tagged = pipeline.read(Record("99000001", "Epilepsy", "Rats were given oxcarbazepin twice."))
for m in tagged.mentions:
    print(m.text, m.concept, m.matched_by, m.term, sep="|")
print(pipeline.fingerprint != Pipeline().fingerprint)
print(describe_models("{name}"))
print("as status says:", present_fingerprint("{name}").split("+")[0] == pipeline.fingerprint)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Train a small model, pack it as a wheel and install it into a folder of its own."""
    import spacy
    from scispacy.custom_tokenizer import combined_rule_tokenizer
    from spacy.training import Example

    folder = tmp_path_factory.mktemp("model")
    nlp = spacy.blank("en")
    nlp.tokenizer = combined_rule_tokenizer(nlp)
    nlp.meta.update(name="drmine_invented_sm", version="0.0.1")
    nlp.add_pipe("ner")
    examples = [
        Example.from_dict(nlp.make_doc(text), {"entities": spans}) for text, spans in SENTENCES
    ]
    optimizer = nlp.initialize(lambda: examples)
    spacy.util.fix_random_seed(1)
    for _ in range(20):
        nlp.update(examples, sgd=optimizer, drop=0.0)
    data = folder / "data"
    nlp.to_disk(data)
    wheel = folder / f"{NAME}-0.0.1-py3-none-any.whl"
    info = f"{NAME}-0.0.1.dist-info"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path in sorted(data.rglob("*")):
            if path.is_file():
                inside = path.relative_to(data).as_posix()
                packed.write(path, f"{NAME}/{NAME}-0.0.1/{inside}")
        packed.write(data / "meta.json", f"{NAME}/meta.json")
        packed.writestr(
            f"{NAME}/__init__.py",
            "from pathlib import Path\n"
            "from spacy.util import load_model_from_init_py\n"
            '__version__ = "0.0.1"\n\n'
            "def load(**overrides):\n"
            "    return load_model_from_init_py(__file__, **overrides)\n",
        )
        packed.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {NAME}\nVersion: 0.0.1\n"
        )
        packed.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        packed.writestr(f"{info}/entry_points.txt", f"[spacy_models]\n{NAME} = {NAME}\n")
        packed.writestr(f"{info}/RECORD", "")
    target = folder / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps",
         "--target", str(target), str(wheel)],
        check=True,
    )  # fmt: skip
    return target


def test_entities_of_an_installed_model_add_to_the_mentions(site):
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, "-c", USE.format(name=NAME)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert f"oxcarbazepin|oxcarbazepine|model:{NAME}|oxcarbazepine" in lines
    assert {"True", "as status says: True"} <= set(lines)
    assert f"  {NAME} 0.0.1  (in use)" in lines
    assert "CHEMICAL" in done.stdout


def test_a_model_that_is_not_installed_gives_the_command_that_installs_it():
    with pytest.raises(ConfigurationError) as error:
        Pipeline(spacy_model="en_ner_bc5cdr_md")
    assert "pip install https://" in str(error.value)
    assert "drmine models" in how_to_install("en_no_such_model")


def test_every_known_model_says_what_it_adds_and_how_it_is_installed():
    page = describe_models()
    for model in known_models():
        assert model.adds in page
        assert model.command in page
        assert model.address.endswith(f"{model.name}-0.5.4.tar.gz")
