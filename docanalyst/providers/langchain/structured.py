"""LangChain's structured output over a provider's own JSON schemas."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.runnables import Runnable, RunnableMap, RunnablePassthrough
from langchain_core.utils.function_calling import convert_to_json_schema, convert_to_openai_function
from langchain_core.utils.pydantic import is_basemodel_subclass

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

METHOD = "json_schema"


def structured(
    chat_model: BaseChatModel, schema: Any, *, method: str, include_raw: bool, strict: bool | None
) -> Runnable[Any, Any]:
    """A runnable that answers in a schema: a Pydantic class gives its objects, any other schema dicts.

    include_raw: give {"raw", "parsed", "parsing_error"} and never raise for an answer that does not fit.
    Raises NotImplementedError for a method other than json_schema.
    """
    if method != METHOD:
        raise NotImplementedError(f"Only method={METHOD!r} is supported, not {method!r}.")
    shape = convert_to_openai_function(schema, strict=strict is not False)["parameters"]
    told = {"kwargs": {"method": METHOD}, "schema": convert_to_json_schema(schema)}
    asked = chat_model.bind(response_schema=shape, ls_structured_output_format=told)
    is_class = isinstance(schema, type) and is_basemodel_subclass(schema)
    parser: Runnable[Any, Any] = (
        PydanticOutputParser(pydantic_object=schema) if is_class else JsonOutputParser()
    )
    if not include_raw:
        return asked | parser
    parsed = RunnablePassthrough.assign(
        parsed=itemgetter("raw") | parser, parsing_error=lambda _: None
    ).with_fallbacks([RunnablePassthrough.assign(parsed=lambda _: None)], exception_key="parsing_error")
    return RunnableMap(raw=asked) | parsed
