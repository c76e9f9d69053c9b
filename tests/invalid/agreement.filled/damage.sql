UPDATE agreement SET value = NULL;
