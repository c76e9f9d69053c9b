"""The words of Croissant 1.1, and those of its vocabulary for responsible AI (RAI 1.0)."""

from typing import Any

CONFORMS = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
# The words at the top of a description, as far as ours has them.
WORDS = frozenset(
    (
        *("@context", "@type", "citeAs", "conformsTo", "creator", "datePublished", "description", "distribution"),
        *("inLanguage", "keywords", "license", "name", "recordSet", "sameAs", "url", "version"),
    )
)
# The keys of RAI; of those that are misspelt mlcroissant says nothing.
KEYS = frozenset(
    f"rai:{name}"
    for name in (
        *("annotationsPerItem", "annotatorDemographics", "dataAnnotationAnalysis", "dataAnnotationPlatform"),
        *("dataAnnotationProtocol", "dataBiases", "dataCollection", "dataCollectionMissingData"),
        *("dataCollectionRawData", "dataCollectionTimeframe", "dataCollectionType", "dataImputationProtocol"),
        *("dataLimitations", "dataManipulationProtocol", "dataPreprocessingProtocol", "dataReleaseMaintenancePlan"),
        *("dataSocialImpact", "dataUseCases", "machineAnnotationTools", "personalSensitiveInformation"),
    )
)
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "conformsTo": "dct:conformsTo",
    "name": {"@container": "@language"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{
        word: f"cr:{word}"
        for word in (
            *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject"),
            *("fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5"),
            *("parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate"),
            *("separator", "source", "subField", "transform"),
        )
    },
}
