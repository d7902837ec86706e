"""Links spans that the vocabulary does not name to its nearest concept, by scispaCy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drmine.nlp.normalize import GREEK, pieces
from drmine.nlp.surface import fits

if TYPE_CHECKING:
    import numpy as np

    from drmine.vocabulary import Concept, Vocabulary

# Cosine similarity of character 3-grams from which a span counts as the concept; chosen on
# the vocabulary's own terms, each left out in turn (`python -m benchmarks.tagging --linker`).
MIN_SIMILARITY = 0.9
_NEIGHBOURS = 5
_GREEK = frozenset(GREEK.values())
# Words that make another thing of a name.
_KINDS = frozenset(
    {"receptor", "ligand", "inhibitor", "antagonist", "agonist", "antibody", "channel", "kinase",
     "transporter", "synthase", "substrate", "activator", "anion", "cation", "amide", "anhydrase",
     "failure", "leakage", "test"}
)  # fmt: skip
_OPPOSITE = ("un", "in", "anti", "non", "hyper", "hypo")


class ExactIndex:
    """Nearest neighbours by one sparse matrix product, behind the call that scispaCy makes.

    scispaCy's index (HNSW of nmslib) is approximate and takes seconds to build; over some
    ten thousand terms the exact answer costs a millisecond and needs no file.
    """

    def __init__(self, vectors: Any) -> None:
        self._transposed = vectors.T.tocsc()

    def knnQueryBatch(self, vectors: Any, k: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return for each row the indices of its k nearest terms and their cosine distances."""
        import numpy as np

        similarities = (vectors @ self._transposed).tocsr()
        answers = []
        for row in range(similarities.shape[0]):
            begin, end = similarities.indptr[row], similarities.indptr[row + 1]
            values, columns = similarities.data[begin:end], similarities.indices[begin:end]
            # the order of the columns settles ties, so that a rerun gives the same
            order = np.lexsort((columns, -values))[:k]
            answers.append((columns[order], 1.0 - values[order]))
        return answers


class VocabularyLinker:
    """scispaCy's candidate generator over the project's own concepts.

    ``EntityLinker.from_kb`` refuses Python 3.11 and hard-codes ``min_df=10``,
    which would drop most of a small vocabulary: so the vectorizer and the index
    are built here and handed to ``CandidateGenerator``.
    """

    def __init__(self, vocabulary: Vocabulary, min_similarity: float = MIN_SIMILARITY) -> None:
        import numpy as np
        from scispacy.candidate_generation import CandidateGenerator
        from scispacy.linking_utils import Entity, KnowledgeBase
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vocabulary = vocabulary
        self.min_similarity = min_similarity
        knowledge = KnowledgeBase.__new__(KnowledgeBase)
        knowledge.cui_to_entity = {
            c.id: Entity(c.id, c.name, list(c.terms), [c.class_], None)
            for c in vocabulary.concepts.values()
        }
        knowledge.alias_to_cuis = {}
        for concept in vocabulary.concepts.values():
            for term in (concept.name, *concept.terms):
                knowledge.alias_to_cuis.setdefault(term, set()).add(concept.id)
        aliases = sorted(knowledge.alias_to_cuis)
        vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 3), min_df=1, dtype=np.float32
        )
        vectors = vectorizer.fit_transform(aliases)
        self._generate = CandidateGenerator(ExactIndex(vectors), vectorizer, aliases, knowledge)

    def candidates(self, texts: list[str]) -> list[list[tuple[float, str, str]]]:
        """Return for each text its nearest ``(similarity, concept, term)``, the best first."""
        return [
            sorted(
                (
                    (float(similarity), candidate.concept_id, alias)
                    for candidate in candidates
                    for similarity, alias in zip(
                        candidate.similarities, candidate.aliases, strict=True
                    )
                ),
                key=lambda found: (-found[0], found[1], found[2]),
            )
            for candidates in self._generate(texts, _NEIGHBOURS)
        ]

    def link(self, texts: list[str]) -> list[tuple[Concept, str] | None]:
        """Return for each text the concept and the term it is nearest to, or None."""
        links: list[tuple[Concept, str] | None] = []
        for text, found in zip(texts, self.candidates(texts), strict=True):
            near = next(
                (
                    (self.vocabulary.concepts[concept], alias)
                    for similarity, concept, alias in found
                    if similarity >= self.min_similarity
                    and same_marks(text, alias)
                    and fits(alias, text)
                ),
                None,
            )
            links.append(near)
        return links


def same_marks(text: str, alias: str) -> bool:
    """Whether two names agree in what tells neighbours apart.

    ``CYP2C9`` is near ``CYP2C19`` and ``fractalkine`` near ``fractalkine receptor``, but each is
    another thing: digits, single letters, Greek letters and words of kind must be the same.
    """
    return _marks(text) == _marks(alias)


def _marks(name: str) -> list[str]:
    folded = [piece.key for piece in pieces(name)]
    marks = [p for p in folded if len(p) <= 2 or p.isdigit() or p in _GREEK or p in _KINDS]
    return [*marks, *(p for p in folded if p.startswith(_OPPOSITE))]
