"""Grey pictures as text (PGM, which any picture viewer opens): rows of numbers from 0, black, to 9, white."""


def read(path):
    """The rows of a picture."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return [[int(word) for word in line.split()] for line in lines[3:]]


def write(path, rows):
    """Writes rows as a picture."""
    head = ["P2", f"{len(rows[0])} {len(rows)}", "9"]
    path.write_text("\n".join(head + [" ".join(map(str, row)) for row in rows]) + "\n")
