"""How fast, how big: `make bench`. Everything runs on the loopback of one machine, in processes of its own."""
