"""Links spans that the vocabulary does not name to its nearest concept, by scispaCy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drmine.vocabulary import Concept, Vocabulary

# Cosine similarity of character 3-grams from which a span counts as the concept;
# scispaCy's own default is 0.7, too low for gene names that differ by a digit.
MIN_SIMILARITY = 0.9
_NEIGHBOURS = 5
_INDEX = {"method": "hnsw", "space": "cosinesimil_sparse"}
_INDEX_PARAMETERS = {"M": 32, "efConstruction": 200, "post": 0}


class VocabularyLinker:
    """scispaCy's candidate generator over the project's own concepts.

    ``EntityLinker.from_kb`` refuses Python 3.11 and hard-codes ``min_df=10``,
    which would drop most of a small vocabulary: so the vectorizer and the index
    are built here and handed to ``CandidateGenerator``.
    """

    def __init__(self, vocabulary: Vocabulary, min_similarity: float = MIN_SIMILARITY) -> None:
        import nmslib
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
        index = nmslib.init(data_type=nmslib.DataType.SPARSE_VECTOR, **_INDEX)
        index.addDataPointBatch(vectors)
        index.createIndex(_INDEX_PARAMETERS, print_progress=False)
        self._generate = CandidateGenerator(index, vectorizer, aliases, knowledge)

    def link(self, texts: list[str]) -> list[tuple[Concept, str] | None]:
        """Return for each text the concept and the term it is nearest to, or None."""
        links: list[tuple[Concept, str] | None] = []
        for candidates in self._generate(texts, _NEIGHBOURS):
            scored = [
                (similarity, candidate.concept_id, alias)
                for candidate in candidates
                for similarity, alias in zip(candidate.similarities, candidate.aliases, strict=True)
                if similarity >= self.min_similarity
            ]
            if scored:
                _, concept_id, alias = max(scored)
                links.append((self.vocabulary.concepts[concept_id], alias))
            else:
                links.append(None)
        return links
