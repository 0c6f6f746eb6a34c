"""Coding agents' hooks: what each sends, and the form in which it reads an answer."""
