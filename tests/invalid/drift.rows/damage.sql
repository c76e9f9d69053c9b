DELETE FROM sentences WHERE NOT cited;
