/** As a sentence of its own begins. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
