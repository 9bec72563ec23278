/** Why a tokenizer.json cannot be used, or not for this text: a whole sentence for the person who gave it. */
export class UnsupportedTokenizer extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnsupportedTokenizer";
  }
}
