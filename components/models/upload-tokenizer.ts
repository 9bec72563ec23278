import { CallError } from "@/components/trpc/create-caller";

interface UploadOptions {
  name: string;
  file: Blob;
  /** Share of the file that is sent, 0 to 1. At 1 the server still parses it. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

interface RefusedAnswer {
  error?: { message?: unknown; code?: unknown; request_id?: unknown };
}

/**
 * Sends a tokenizer.json as it is, and tells how far it is: fetch cannot tell that of a body. Rejects with a CallError in the server's words, or
 * with the signal's reason.
 */
export function uploadTokenizer({ name, file, onProgress, signal }: UploadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => {
      request.abort();
      const reason: unknown = signal.reason;
      reject(reason instanceof Error ? reason : new CallError("The upload was cancelled", null));
    };
    request.open("POST", `/api/tokenizers/upload?name=${encodeURIComponent(name)}`);
    request.setRequestHeader("content-type", "application/json");
    request.upload.onprogress = ({ loaded, total }) => {
      onProgress(total > 0 ? loaded / total : 0);
    };
    request.onload = () => {
      signal.removeEventListener("abort", stop);
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(refusalOf(request));
    };
    request.onerror = () => {
      signal.removeEventListener("abort", stop);
      reject(new CallError("The server did not answer", null));
    };
    signal.addEventListener("abort", stop, { once: true });
    request.send(file);
  });
}

function refusalOf({ status, responseText }: XMLHttpRequest): CallError {
  const { message, code, request_id: requestId } = errorIn(responseText) ?? {};
  if (typeof message !== "string") return new CallError("The answer is not one of ours", null);
  return new CallError(message, { code, httpStatus: status, requestId });
}

function errorIn(text: string): RefusedAnswer["error"] {
  try {
    return (JSON.parse(text) as RefusedAnswer).error;
  } catch {
    return undefined; // a proxy answered
  }
}
