/** The style of the page: the product's tokens (app/tokens.css), as far as this page needs them. It follows the system's theme. */
export const docsStyle = `
:root{color-scheme:light dark;
--surface-0:light-dark(#f6f7f9,#0b0c0f);--surface-1:light-dark(#fff,#111317);--surface-2:light-dark(#f0f2f5,#181b20);
--line-1:light-dark(#e2e5ea,#20242a);--line-2:light-dark(#cdd2da,#323842);
--text-1:light-dark(#14171c,#eceef2);--text-2:light-dark(#4a4f57,#a6abb4);--text-3:light-dark(#626770,#8a8f98);
--accent:light-dark(#4a4fd0,#959dff);--accent-soft:light-dark(#efeffb,#222535);--accent-line:light-dark(#c1c3ef,#43476f);
--info:light-dark(#1668b0,#6ab4f5);--info-soft:light-dark(#eaf1f8,#1d2834);--info-line:light-dark(#b0cce4,#33506b);
--font-ui:-apple-system,BlinkMacSystemFont,"Segoe UI Variable Text","Segoe UI",Inter,Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif;
--font-mono:"SF Mono",SFMono-Regular,"Cascadia Mono","JetBrains Mono","Roboto Mono",Menlo,Consolas,"Liberation Mono",monospace}
*{box-sizing:border-box}
html{scroll-padding-top:16px}
body{margin:0;background:var(--surface-0);color:var(--text-1);font:13px/20px var(--font-ui);font-variant-numeric:tabular-nums}
a{color:var(--accent);text-underline-offset:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code,pre{font:12px/18px var(--font-mono)}
h1,h2,h3,p,dl,dd,ul,pre{margin:0}
.skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;z-index:1;background:var(--surface-1);padding:4px 8px}
.frame{display:grid;grid-template-columns:260px minmax(0,1fr);min-height:100vh}
nav{border-right:1px solid var(--line-1);background:var(--surface-1);padding:16px 12px;position:sticky;top:0;height:100vh;overflow-y:auto}
nav ul{list-style:none;padding:0}
nav a{display:block;padding:2px 8px;border-radius:4px;color:var(--text-2);text-decoration:none;overflow-wrap:anywhere}
nav a:hover{background:var(--surface-2);color:var(--text-1)}
nav summary{padding:2px 8px;font-weight:600;color:var(--text-1);border-radius:4px}
nav ul ul,nav details ul{padding-left:8px}
.brand{font-weight:600;font-size:14px;padding:0 8px 8px}
main{padding:20px 24px 64px;max-width:1040px;width:100%}
h1{font:600 20px/28px var(--font-ui)}
h2{font:600 16px/24px var(--font-ui);margin:32px 0 8px}
h3{font:600 13px/20px var(--font-ui);display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center}
h3 code{font-size:13px;font-weight:600;overflow-wrap:anywhere}
main>p,section>p{max-width:80ch;color:var(--text-2);margin:4px 0}
article{background:var(--surface-1);border:1px solid var(--line-1);border-radius:8px;padding:12px;margin:8px 0}
article>p{margin-top:4px;max-width:80ch}
.who{color:var(--text-2)}
.method{font:600 11px/16px var(--font-mono);padding:0 6px;border-radius:4px;border:1px solid var(--info-line);background:var(--info-soft);color:var(--info)}
.method.post{border-color:var(--accent-line);background:var(--accent-soft);color:var(--accent)}
summary{cursor:pointer;padding:2px 0;width:fit-content}
article details{margin-top:8px;border-top:1px solid var(--line-1);padding-top:6px}
dl{display:grid;grid-template-columns:minmax(120px,220px) minmax(0,1fr);gap:2px 16px;padding:4px 0}
dt{overflow-wrap:anywhere}
dd{color:var(--text-2);overflow-wrap:anywhere}
.type{color:var(--text-1)}
.note{color:var(--text-3)}
pre{background:var(--surface-2);border-radius:6px;padding:8px;white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0}
table{border-collapse:collapse;width:100%;background:var(--surface-1);border:1px solid var(--line-1)}
th,td{text-align:left;vertical-align:top;padding:4px 8px;border-top:1px solid var(--line-1)}
th{font:600 11px/16px var(--font-ui);color:var(--text-2);background:var(--surface-2)}
@media (max-width:800px){.frame{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line-1)}
nav>ul{display:flex;flex-wrap:wrap;gap:0 4px}nav details[open]{flex-basis:100%}
nav a,nav summary,summary{padding-top:10px;padding-bottom:10px}main{padding:16px}dl{display:block}dd{margin:0 0 8px}}
@media (prefers-contrast:more){:root{--text-2:var(--text-1);--text-3:var(--text-1)}}
@media print{nav{display:none}.frame{display:block}}
`.trim();
