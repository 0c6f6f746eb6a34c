"""E-mail: cards as mails, told once more when they end."""
