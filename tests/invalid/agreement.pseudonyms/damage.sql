UPDATE agreement SET agreement_id = replace(agreement_id, 'annotators=ada', 'annotators=Jane Doe-Smith'), annotators = ['Jane Doe-Smith'] || annotators[2:]
WHERE agreement_id = (SELECT min(agreement_id) FROM agreement WHERE annotators[1] = 'ada');
