UPDATE sentences SET verification_worthy = true;
