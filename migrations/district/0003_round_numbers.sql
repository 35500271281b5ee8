-- The district's database: a number is one round's, even where two of its staff open one at the same moment. Rounds of
-- committees' own have none.

CREATE UNIQUE INDEX round_of_number ON round (committee, number);
