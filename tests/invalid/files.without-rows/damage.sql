DELETE FROM agreement;
DELETE FROM stances;
DELETE FROM claims;
DELETE FROM judgements;
UPDATE articles SET annotated_extent = [];
UPDATE sources SET origin = (SELECT min(origin) FROM sources WHERE kind = 0) WHERE kind <> 0;
