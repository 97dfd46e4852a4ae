"""Values of parameters: texts in the contract, numbers and words in Python."""
import json

from google.protobuf import json_format

from pleat.contract import message


def text_of(value):
    """A value as it would stand in YAML. Whole sections are dicts and lists."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list, tuple)):
        return json.dumps(value)
    return repr(value.item() if hasattr(value, "item") else value)  # numpy's numbers too


def value_of(text):
    """The number or word that a text stands for."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            pass
    return {"true": True, "false": False}.get(text, text)


def assignments(parameters):
    """{path: value} as messages."""
    return [message("ParameterValue")(path=path, value=text_of(value)) for path, value in parameters.items()]


def parameters_of(values):
    """Messages as {path: value}."""
    return {value.path: value_of(value.value) for value in values}


def search_spec(parameters, method, goal, max_trials, seed):
    """What CreateStudy takes; see Client.create_study."""
    search = message("SearchSpec")(max_trials=max_trials, seed=seed)
    search.metric.goal = goal
    settings = {method: {}} if isinstance(method, str) else method
    json_format.ParseDict(settings, search.method)
    for name, distribution in parameters.items():
        json_format.ParseDict({"key": name, **_distribution(distribution)}, search.parameters.add())
    return search


def _distribution(written):
    """A parameter as YAML has it, {"uniform": {…}, "when": {…}}, in the form of the message."""
    read = dict(written)
    if "values" in read:
        read["values"] = {"value": [text_of(value) for value in read["values"]]}
    if "constant" in read:
        read["constant"] = text_of(read["constant"])
    if "when" in read:
        read["when"] = [{"key": path, "value": [text_of(one) for one in (wanted if isinstance(wanted, list) else [wanted])]}
                        for path, wanted in read["when"].items()]
    return read
