/** Ways out of the folder, or to a file by another name than its own. */
export const escapes = [
  '/../secret.html', '/assets/../../secret.html', '/..%2fsecret.html', '/%2e%2e/secret.html', '/%2e%2e%2fsecret.html', '/.%2e/secret.html', '/..\\secret.html',
  '/..%5csecret.html', '/%252e%252e/secret.html', '/link.html', '/out/secret.html', '/../screens-of-another/index.html', '//secret.html', '/index.html%00.js',
  '/%00', '/%', '/%ff', '/assets', '/assets/', '/assets/notes.md', '/INDEX.HTML', '/index.html.', '/index.html/', '/./index.html', '/C:/secret.html', '/index.html::$DATA',
  '/file:///etc/passwd', '/etc/passwd',
];
