"""The figures that the tavern's commands take."""

from typing import Annotated

from pydantic import Field

from tavern.values import MOST_PINTS, MOST_STARS

Pints = Annotated[int, Field(ge=1, le=MOST_PINTS)]
Stars = Annotated[int, Field(ge=1, le=MOST_STARS)]
