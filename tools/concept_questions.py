"""The questions of a page with their replies, for slides and sheets."""

import dataclasses
import re

from tools import rules

TAG = re.compile(r"question-(\d\d\.q\d+)$")


@dataclasses.dataclass(frozen=True)
class Asked:
    """One question.

    Attributes:
        number: such as "03.q1".
        text: Markdown of the page: the question and its choices.
        right: the letter.
        replies: {letter: what the checker says}.
    """

    number: str
    text: str
    right: str
    replies: dict

    def markdown(self, replies=False):
        """A slide's Markdown; with the replies the choices are left out, and the right one is bold."""
        title = f"## Question {self.number[-1]}\n\n"
        text = re.sub(r"\*\*Question \d+\.\*\*\s*", "", self.text)
        if not replies:
            return title + text
        rows = [
            f"- **{k}, right.** {v}" if k == self.right else f"- {k}: {v}"
            for k, v in self.replies.items()
        ]
        return f"## Question {self.number[-1]}: {self.right}\n\n{self.stem()}\n\n" + "\n".join(rows)

    def stem(self):
        """The question without its choices."""
        return re.sub(r"\*\*Question \d+\.\*\*\s*", "", re.split(r"\n- \*\*A\*\*", self.text)[0])


def of(name, nb):
    """All questions of a page, in order: what it asks stands in the text above the tagged cell."""
    from helpers import exercises

    found, above = [], ""
    for cell in nb["cells"]:
        words = rules.text(cell["source"])
        if cell["cell_type"] == "markdown":
            above = words
            continue
        for number in (hit[1] for tag in rules.tags(cell) if (hit := TAG.match(tag))):
            task = exercises._find(number)
            text = above[above.index("**Question") :] if "**Question" in above else above
            found.append(Asked(number, text, task.right, task.replies))
    return found
