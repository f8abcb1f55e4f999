"""Applications (申请): what citizens hand in by form, kept from the first answer to the last decision."""
