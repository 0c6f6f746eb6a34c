"""How agents of other frameworks ask the gate: one short module a framework."""
