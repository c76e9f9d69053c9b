UPDATE claims SET normalized_claim = 'The wells were empty.' WHERE claim_id = 'well.c000137-000182';
