"use client";
import { ClipboardPaste } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import {
  type KvModelConfig,
  ModelConfigError,
  readKvModelConfig,
} from "@/domain/tokens/kv-model-config";
import { formatFull } from "@/domain/units/format-number";
import { TextAreaField } from "./text-area-field";

interface ConfigPasteProps {
  /** The figures were read. */
  onRead: (shape: KvModelConfig["shape"]) => void;
}

/** Reads the figures from a model's `config.json` that is pasted, and says what is to be known about them. */
export function ConfigPaste({ onRead }: ConfigPasteProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [read, setRead] = useState<KvModelConfig | null>(null);
  const take = (pasted: string) => {
    setText(pasted);
    try {
      const config = readKvModelConfig(pasted);
      setProblem(null);
      setRead(config);
      setIsOpen(false);
      onRead(config.shape);
    } catch (error) {
      if (!(error instanceof ModelConfigError)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <div className="flex flex-col gap-2">
      <Button
        size="sm"
        icon={<ClipboardPaste />}
        className="self-start"
        aria-expanded={isOpen}
        onClick={() => {
          setIsOpen(!isOpen);
        }}
      >
        Paste config.json
      </Button>
      {isOpen && (
        <>
          <TextAreaField
            label="config.json of the model"
            rows={5}
            value={text}
            problem={problem}
            placeholder='{ "num_hidden_layers": 32, "num_key_value_heads": 8, … }'
            onText={setText}
            onPaste={(event) => {
              const pasted = event.clipboardData.getData("text");
              // Pasted over what stands there it is the whole file; into the middle of something it is not.
              if (text !== "" || pasted === "") return;
              event.preventDefault();
              take(pasted);
            }}
          />
          <Button
            size="sm"
            className="self-end"
            onClick={() => {
              take(text);
            }}
          >
            Read figures
          </Button>
        </>
      )}
      {read !== null && (
        <div role="status" className="flex flex-col gap-1 type-12 text-pretty text-fg-2">
          <p>
            Read: {formatFull(read.shape.layers)} attention layers, {formatFull(read.shape.kvHeads)}{" "}
            KV heads of {formatFull(read.shape.headSize)}
            {read.maxWindow !== null && `; made for ${formatFull(read.maxWindow)} tokens at most`}.
          </p>
          {read.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
        </div>
      )}
    </div>
  );
}
