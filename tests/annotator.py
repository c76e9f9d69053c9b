"""An annotator in a browser: what a hand on a mouse and a keyboard does to Label Studio, and nothing else."""

import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 30  # seconds; pages come in one or two, on a busy machine in twenty
Place = tuple[float, float]

# Where the characters number `start` to `end` (as Python counts them) of an element's text are on the screen. Lines are
# elements, ended by <br>, which counts as the line's end. The text is scrolled to first.
_PLACES = """
const [root, start, end] = arguments, at = [];
const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
for (let node; (node = walk.nextNode());) {
  if (node.nodeName === "BR") at.push(null);
  if (node.nodeType !== Node.TEXT_NODE) continue;
  let unit = 0;
  for (const sign of node.data) { at.push([node, unit, unit + sign.length]); unit += sign.length; }
}
const rect = ([node, from, to]) => {
  const range = document.createRange();
  range.setStart(node, from); range.setEnd(node, to);
  return range.getBoundingClientRect();
};
at[start][0].parentElement.scrollIntoView({block: "center"});
return [at[start], at[end - 1]].map(rect).map(({left, right, top, bottom}) => [left, right, (top + bottom) / 2]);
"""


_SELECTED = "//div[contains(@class, 'lsf-detailed-region__head')]"


class Annotator:
    """One annotator at one browser, logged in."""

    def __init__(self, browser: Any, url: str, account: str, password: str) -> None:
        self.browser, self.url = browser, url
        browser.get(f"{url}/user/login/")
        self.see("//input[@name='email']").send_keys(account)
        browser.find_element(By.NAME, "password").send_keys(password, Keys.ENTER)
        self.until(lambda: "/user/login" not in browser.current_url)

    def until(self, seen: Callable[[], Any]) -> Any:
        """It will wait until there is something to see, and return it."""
        try:
            return WebDriverWait(self.browser, PATIENCE, 0.1).until(lambda _: seen())
        except TimeoutException:
            self.picture("waited in vain")
            raise

    def see(self, xpath: str) -> Any:
        """The first element that is on the page and visible."""
        found = self.browser.find_elements
        return self.until(lambda: next((one for one in found(By.XPATH, xpath) if one.is_displayed()), None))

    def picture(self, name: str) -> None:
        """It will save what the screen shows, if a folder for pictures is named."""
        if folder := os.environ.get("CLAIMSTANCE_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.browser.save_screenshot(str(Path(folder) / f"{name}.png"))

    def begin(self, project: str, tab: str) -> str:
        """It will open the tab of a project, begin to label its tasks, and return the guideline that is shown."""
        self.browser.get(f"{self.url}/projects/?page=1")
        self.see(f"//a[.//text()='{project}']").click()
        self.see(f"//span[text()='{tab}']").click()
        self.see("//button[@aria-label='Toggle open']").click()
        self.see("//*[text()='Label Tasks As Displayed']").click()
        guideline = str(self.see("//div[contains(@class, 'lsf-modal-ls__body')]").text)
        self.picture(f"{tab} guideline")
        self.see("//button[@aria-label='Close modal']").click()
        self.until(lambda: not self.browser.find_elements(By.CSS_SELECTOR, ".lsf-modal-ls"))
        return guideline

    def text(self, number: int = -1) -> Any:
        """One of the texts of the task; the last is the one that can be marked."""
        self.see("//div[contains(@class, 'htx-richtext')]")
        return self.browser.find_elements(By.CSS_SELECTOR, ".lsf-htx-richtext")[number]

    def words(self, number: int = -1) -> str:
        """What stands there."""
        return str(self.text(number).get_property("innerText"))

    def mark(self, start: int, end: int, key: str) -> None:
        """It will press the key of a label and drag the mouse from one character of the text to another."""
        count = len(self.regions())
        self.press(Keys.ESCAPE)  # or the key would change the label of a mark that is selected
        self.until(lambda: not self._armed())
        self.press(key)
        self.until(self._armed)
        (left, right, y), (last_left, last_right, last_y) = self._places(start, end)
        shown = self.words()
        begin = (right - 1 if _leftwards(shown[start]) else left + 1, y)
        finish = (last_left + 1 if _leftwards(shown[end - 1]) else last_right - 1, last_y)
        self._mouse(begin, finish)
        self.until(lambda: len(self.regions()) == count + 1)

    def click(self, place: int) -> None:
        """It will click the mark that the character number `place` of the text is in."""
        (left, right, y), _ = self._places(place, place + 1)
        self._mouse(((left + right) / 2, y))

    def delete(self, place: int) -> None:
        """It will click the mark that the character is in, and delete it."""
        count = len(self.regions())
        self.click(place)
        self.see(_SELECTED)
        self.press(Keys.BACKSPACE)
        self.until(lambda: len(self.regions()) == count - 1)

    def link(self, claim: int, source: int) -> None:
        """It will draw an arrow between the marks that two characters are in."""
        count = self._arrows()
        self.press(Keys.ESCAPE)
        self.click(claim)
        self.see(_SELECTED)
        self.press(Keys.ALT, "r")
        self.click(source)
        self.until(lambda: self._arrows() == count + 1)

    def choose(self, key: str) -> None:
        """It will press the key of a radio button."""
        chosen = len(self._chosen())
        self.press(key)
        self.until(lambda: len(self._chosen()) == chosen + 1)

    def submit(self) -> None:
        """It will hand in the task, and wait until it is gone from the page."""
        self._leave("Submit current annotation")

    def skip(self) -> None:
        """It will leave the task to others."""
        self._leave("skip-task")

    def finished(self) -> bool:
        """Whether nothing is left to do; waits until the page shows either."""
        over = "//*[contains(text(), 'No More Tasks Left')]"
        self.see(f"//div[contains(@class, 'htx-richtext')] | {over}")
        return bool(self.browser.find_elements(By.XPATH, over))

    def _leave(self, button: str) -> None:
        there = self.text()
        self.see(f"//button[@aria-label='{button}']").click()
        self.until(lambda: staleness_of(there)(self.browser))

    def _arrows(self) -> int:
        return len(
            self.browser.find_elements(By.CSS_SELECTOR, ".lsf-relations-overlay g, [class*=relations-overlay] g")
        )

    def _chosen(self) -> list[Any]:
        return list(self.browser.find_elements(By.CSS_SELECTOR, "input[type=radio]:checked"))

    def press(self, *keys: str) -> None:
        """It will press keys together, the last one last."""
        chain = ActionChains(self.browser)
        for key in keys[:-1]:
            chain.key_down(key)
        chain.send_keys(keys[-1])
        for key in keys[:-1]:
            chain.key_up(key)
        chain.perform()

    def regions(self) -> list[Any]:
        """The marks in the list at the side of the page."""
        return list(self.browser.find_elements(By.CSS_SELECTOR, ".lsf-tree__node:not(.lsf-tree__node_type_footer)"))

    def _armed(self) -> list[Any]:
        """The label that the next mark gets."""
        return list(self.browser.find_elements(By.CSS_SELECTOR, ".lsf-label_selected"))

    def _places(self, start: int, end: int) -> Any:
        return self.browser.execute_script(_PLACES, self.text(), start, end)

    def _mouse(self, *places: Place) -> None:
        """It will press the mouse at the first place and let it go at the last."""
        actions = ActionBuilder(self.browser)
        for nth, (x, y) in enumerate(places):
            actions.pointer_action.move_to_location(round(x), round(y))
            if nth == 0:
                actions.pointer_action.pointer_down()
        actions.pointer_action.pointer_up()
        actions.perform()


def _leftwards(character: str) -> bool:
    """Whether the character is read from right to left."""
    return unicodedata.bidirectional(character) in ("R", "AL")
