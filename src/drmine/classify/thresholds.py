"""Every threshold of the classifier, in one place.

Chosen on development data (``docs/decisions.md`` says which); never on a test part.
"""

ABOUT_DRUG_RESPONSE = 0.5
HYPOTHESIS = 0.5
# A score this near to its threshold is asked of a reviewer.
REVIEW_MARGIN = 0.15
# At most so many sentences are kept as evidence of one finding.
EVIDENCE_SENTENCES = 1
