/**
 * The place in `text`, in UTF-16 code units, before which `characters` Unicode scalar values stand;
 * the end of the text if it has fewer.
 */
export function utf16Offset(text: string, characters: number): number {
  let offset = 0;
  let left = characters;
  for (const character of text) {
    if (left === 0) break;
    offset += character.length;
    left -= 1;
  }
  return offset;
}
