/** `recipe.py` of an exported model: the way from an item's fields to scores, for people and programs that speak Python. */
export const pythonRecipe = `"""An exported Shelfsight model: fields of items in, vectors, scores and labels out. Needs numpy, onnxruntime and tokenizers."""
import json
import unicodedata
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


class Model:
    def __init__(self, folder="."):
        folder = Path(folder)
        self.vocabulary = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        self.encoders = {name: onnxruntime.InferenceSession(folder / f"{name}-encoder.onnx") for name in ("item", "session")}
        self.tokenizers = {text["name"]: Tokenizer.from_file(str(folder / text["tokenizer"])) for text in self.vocabulary["texts"]}

    def run(self, name, feeds):
        """Feeds what the network reads, as float32 or int32; answers its outputs by name."""
        encoder = self.encoders[name]
        inputs = {i.name: np.asarray(feeds[i.name], "float32" if "float" in i.type else "int32") for i in encoder.get_inputs()}
        return dict(zip([output.name for output in encoder.get_outputs()], encoder.run(None, inputs)))

    def item(self, fields):
        """{"title": "…", "brand": ["…"], "l2": ["…", "…"], "price": 9.9}, or {"row": 17} -> vector [d], key [d']."""
        bag = {}
        for text in self.vocabulary["texts"]:
            for token in self.tokenizers[text["name"]].encode(fields.get(text["name"], "")).ids[: text["limit"]]:
                place = text["start"] + token
                bag[place] = bag.get(place, 0) + text["weights"][token]
        for category in self.vocabulary["categories"]:
            key = "\\x1f".join(" ".join(unicodedata.normalize("NFC", part).lower().split()) for part in fields.get(category["name"], []))
            label = category["keys"].index(key) if key in category["keys"] else 0  # 0: unknown or missing
            bag[category["start"] + label] = category["weights"][label]
        bag = bag or {0: 0.0}
        size = sum(weight**2 for weight in bag.values()) ** 0.5 or 1
        numbers = []
        for number in self.vocabulary["numbers"]:
            value = fields.get(number["name"])
            far = number["farthest"]
            numbers += [0, 1] if value is None else [np.clip((np.log1p(value) - number["mean"]) / number["deviation"], -far, far), 0]
        out = self.run("item", {"tokens": [list(bag)], "weights": [[[weight / size for weight in bag.values()]]], "numbers": [numbers], "rows": [fields.get("row", 0)]})
        return out["vectors"][0], out["keys"][0]

    def session(self, vectors):
        """Item vectors, oldest first, at most \`maxLength\` -> {"queries": [1, d'], "labels.…": [1, labels]}."""
        items, n = np.stack(vectors), len(vectors)
        if "mask" not in [i.name for i in self.encoders["session"].get_inputs()]:  # recurrent systems unroll maxLength steps
            rows = self.vocabulary["model"]["maxLength"]
            items = np.pad(items, [(0, rows - n), (0, 0)])
            past = np.tril(np.ones((rows, rows))) * (np.arange(rows) < n)[:, None]
            carry = ((np.arange(rows) > 0) & (np.arange(rows) < n))[:, None]
            layout = {"carry": [carry], "past": [past], "mean": [past / (np.arange(rows) + 1)[:, None]], "moments": [n - 1]}
        else:
            step = np.arange(n)
            if self.vocabulary["model"]["mode"] == "causal":  # a moment after every item
                past = np.tril(np.ones((n, n)))
                pool, age = past / (step[:, None] + 1) + np.eye(n), (step[:, None] - step) * past
            else:  # one moment, after the last
                past = np.ones((1, 1, n))
                pool, age = past / n, (n - 1 - step) * past
            mask = np.where(past > 0, 0, -1e9).reshape(1, 1, -1, n)
            layout = {"present": np.ones((1, n, 1)), "mask": mask, "past": past, "pool": pool, "age": age, "steps.indices": step, "moments": [mask.shape[2] - 1]}
        return self.run("session", {**layout, "items": [items]})

    def probabilities(self, scores):
        """Scores of the items that compete, memory included where there is one -> how likely each is the next."""
        scores, temperature = np.asarray(scores, "float64"), self.vocabulary["temperature"]
        knee = np.inf if temperature["above"] is None else temperature["above"]["knee"]
        logits = np.minimum(scores, knee) / temperature["value"]
        if temperature["above"] is not None:
            logits = logits + np.maximum(scores - knee, 0) / temperature["above"]["value"]
        weights = np.exp(logits - logits.max())
        return weights / weights.sum()
`;
