"""How a build scales, beside the floor and beside other tools that do the same job."""
