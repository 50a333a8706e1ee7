// Telephone numbers as people write them; only those of Brazil are known here, others stand as they are.

/** "+5511987654321" as "+55 11 98765-4321". */
export function written(number) {
  const [, area, first, last] = String(number ?? "").match(/^\+55(\d\d)(\d{4,5})(\d{4})$/) ?? [];
  return area ? `+55 ${area} ${first}-${last}` : String(number ?? "");
}
