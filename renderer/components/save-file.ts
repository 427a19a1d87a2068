/** Hands a file to the browser's own downloads (Electron asks where to): nothing is sent anywhere. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has read the address by the time the click returns, but not every browser has read the content.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
