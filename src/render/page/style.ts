/** The style of every page: light and dark as the reader's system has it, and for paper. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--panel:#f6f8fa;--line:#d1d9e0;--text:#1f2328;--muted:#59636e;--link:#0550ae;--bad:#b42318;--bad-bg:#fef3f2;--wait:#8a5300;--wait-bg:#fff8eb;--good:#1a6b35;--good-bg:#effaf1;--info:#475467;--info-bg:#f2f4f7;--same:#8c959f;--moved:#6941c6;--shadow:0 1px 2px #1f23280f}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--panel:#161b22;--line:#30363d;--text:#e6edf3;--muted:#9ba6b2;--link:#79b8ff;--bad:#ff9a8f;--bad-bg:#2d1517;--wait:#f2bd5b;--wait-bg:#2a2011;--good:#6fd58a;--good-bg:#11261a;--info:#b1bbc8;--info-bg:#1c222b;--same:#6b7683;--moved:#c4a7ff;--shadow:none}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{scroll-behavior:auto;scroll-padding-top:76px}
body{margin:0 auto;max-width:1180px;padding:0 24px 96px;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
main:focus-visible{outline:none}
code,pre,.of-facts td{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere;unicode-bidi:isolate}
code{background:var(--info-bg);border-radius:5px;padding:1px 5px}
pre{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:10px 12px;max-height:420px;overflow:auto;white-space:pre-wrap;margin:8px 0}
a code{color:inherit}
b{font-weight:600}
.skip{position:absolute;left:-9999px}
.skip:focus{left:16px;top:12px;background:var(--bg);padding:8px 12px;border:1px solid var(--line);border-radius:8px;z-index:3}
header{padding:36px 0 20px}
.kicker{margin:0;color:var(--muted);font-weight:600;letter-spacing:.01em}
h1{font-size:28px;line-height:1.3;letter-spacing:-.015em;margin:4px 0 18px;font-weight:650}
.part{color:var(--muted);font-weight:500}
.part::before{content:"· "}
h2{font-size:19px;letter-spacing:-.01em;margin:44px 0 14px;font-weight:650}
h3{font-size:15px;margin:0 0 6px;font-weight:650}
.count{display:inline-block;min-width:24px;padding:0 7px;border-radius:12px;background:var(--info-bg);color:var(--info);font-size:12.5px;line-height:22px;font-weight:600;text-align:center;vertical-align:1px;letter-spacing:0}
.facts{display:flex;flex-wrap:wrap;gap:6px 28px;margin:0 0 18px;padding:0}
.facts div{display:flex;gap:8px;align-items:baseline;min-width:0}
dt{color:var(--muted);flex:none}
dd{margin:0;min-width:0}
nav{display:flex;flex-wrap:wrap;gap:6px;border-top:1px solid var(--line);padding-top:14px}
nav a{color:var(--text);padding:4px 11px;border:1px solid var(--line);border-radius:16px;font-size:13.5px}
nav a:hover{background:var(--panel);text-decoration:none}
nav b{color:var(--muted);font-weight:500}
.verdict.bad,.gone,.sign.removed,.sign.left{color:var(--bad)}
.verdict.wait{color:var(--wait)}
.verdict.info{color:var(--info)}
.verdict.good,.new,.sign.added{color:var(--good)}
.sign.changed{color:var(--wait)}
.sign.moved{color:var(--moved)}
.filter{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:0 -24px;padding:10px 24px;background:var(--bg);border-bottom:1px solid var(--line)}
.filter label{display:flex;gap:7px;align-items:center;color:var(--muted);font-size:13.5px}
input,select,button{font:inherit;font-size:13.5px;color:var(--text);background:var(--panel);border:1px solid var(--line);border-radius:7px;padding:5px 9px;min-height:32px}
select{max-width:220px}
input[type=search]{width:220px}
button{cursor:pointer}
button:hover{border-color:var(--muted)}
output{color:var(--muted);font-size:13px;margin-left:auto}
.card{border:1px solid var(--line);border-left:4px solid var(--same);border-radius:10px;padding:14px 18px;margin:0 0 12px;background:var(--bg);box-shadow:var(--shadow)}
.card.bad{border-left-color:var(--bad)}
.card.wait{border-left-color:var(--wait)}
.card.good{border-left-color:var(--good)}
section{content-visibility:auto;contain-intrinsic-size:auto 1200px;margin:0 -6px;padding:0 6px}
.card,.wide,.names{content-visibility:auto;contain-intrinsic-size:auto 300px}
.card .told li{content-visibility:auto;contain-intrinsic-size:auto 34px}
.card p{margin:0 0 8px;color:var(--muted)}
.card p b{color:var(--text)}
.badge{display:inline-block;padding:0 8px;border-radius:12px;font-size:12px;line-height:21px;font-weight:600;vertical-align:1px;white-space:nowrap;background:var(--info-bg);color:var(--info)}
.badge.bad{background:var(--bad-bg);color:var(--bad)}
.badge.wait{background:var(--wait-bg);color:var(--wait)}
.badge.good{background:var(--good-bg);color:var(--good)}
ul.told{margin:0;padding:0;list-style:none}
.told li{display:block;padding:5px 0 5px 14px;border-top:1px solid var(--line);position:relative;overflow-wrap:anywhere}
.told li:first-child{border-top:0}
.told.signs li{padding-left:0}
.told.signs li::before{content:none}
.told li::before{content:"";position:absolute;left:0;top:14px;width:6px;height:6px;border-radius:50%;background:var(--same)}
.bad .told li::before,.told li.bad::before{background:var(--bad)}
.wait .told li::before,.told li.wait::before{background:var(--wait)}
.card .allow{border-top:1px solid var(--line);padding-top:9px;margin:6px 0 0;font-size:13.5px}
.entry{border-top:1px solid var(--line);padding:10px 0 4px;overflow-wrap:anywhere}
.entry p{margin:0 0 6px;color:var(--text)}
.entry p.muted{color:var(--muted);font-size:13.5px}
.entry .badge{white-space:normal}
.strong{font-weight:650;font-size:13.5px}
.copyable button{min-height:24px;padding:0 8px;font-size:12px;vertical-align:1px}
.wide{overflow-x:auto;margin:0 0 14px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
thead th{border-top:0;color:var(--muted);font-weight:500;font-size:13px;white-space:nowrap}
tbody th{font-weight:500;min-width:170px}
.of-facts tbody th{min-width:0}
th[scope=rowgroup]{padding-top:14px;font-weight:650}
.of-facts{table-layout:fixed;margin:0 0 14px}
.of-facts thead th:first-child{width:24%}
.of-facts th[scope=row]{font-size:13.5px;color:var(--muted)}
th[scope=rowgroup]+*{color:var(--muted)}
.counts{font-variant-numeric:tabular-nums}
.counts th[scope=row]{min-width:120px}
.none,.muted{color:var(--muted)}
.values{margin:0;padding:0;list-style:none}
.values li{display:block;margin:0 0 3px}
.gone{background:var(--bad-bg);text-decoration:line-through}
.new{background:var(--good-bg)}
.item{border:1px solid var(--line);border-radius:10px;margin:0 0 8px;background:var(--bg)}
.inside:target{border-radius:0 0 10px 10px;box-shadow:inset 4px 0 var(--link)}
.entry:target,tr:target{background:var(--info-bg)}
summary{cursor:pointer;overflow-wrap:anywhere}
.item>summary{display:flex;flex-wrap:wrap;gap:2px 8px;align-items:baseline;padding:10px 16px;list-style:none;border-radius:10px}
.item>summary::-webkit-details-marker{display:none}
.item>summary::before{content:"";flex:none;width:6px;height:6px;border:solid var(--muted);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg) translateY(-2px)}
.item[open]>summary::before{transform:rotate(45deg) translateY(-2px)}
.item>summary:hover{background:var(--panel)}
.item[open]>summary{border-bottom:1px solid var(--line);border-radius:10px 10px 0 0}
.sign{display:inline-block;flex:none;width:18px;font:600 14px/1 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;text-align:center;margin-right:6px}
summary .sign{margin-right:0}
.aspects{margin-left:auto;color:var(--muted);font-size:13.5px}
.inside{padding:12px 18px 14px;scroll-margin-top:46px}
.inside .told{margin-bottom:12px}
.raw{margin:6px 0}
.raw>summary{color:var(--muted);font-size:13.5px}
.foot{margin:8px 0 0;font-size:13.5px;color:var(--muted)}
.names{margin:4px 0;padding:0;list-style:none;columns:2 320px}
.names li{display:block;padding:2px 0;break-inside:avoid;overflow-wrap:anywhere}
.waves{margin:0 0 10px;padding-left:22px}
.waves li{padding:2px 0}
.map{margin:16px 0}
.map .wide{border:1px solid var(--line);border-radius:10px;background:var(--panel);margin:0 0 8px}
.map svg{display:block;max-width:none}
.map>.wide>svg{margin:0 auto}
figcaption{color:var(--muted);font-size:13.5px}
svg text{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--text)}
svg .wave{fill:var(--muted);font-weight:600}
svg .name{font-size:13px;font-weight:650}
svg .size{fill:var(--muted)}
svg text.added{fill:var(--good)}
svg text.changed{fill:var(--wait)}
svg text.moved{fill:var(--moved)}
svg text.removed,svg text.left{fill:var(--bad)}
.box{fill:var(--bg);stroke:var(--line);stroke-width:1.5}
.box.changed{stroke:var(--link)}
.box.wait{stroke:var(--wait);stroke-width:2}
.box.bad{stroke:var(--bad);stroke-width:2}
.box.same{fill:var(--panel)}
svg a:hover .box,svg a:focus-visible .box{fill:var(--info-bg)}
svg a:focus-visible{outline:none}
svg a:focus-visible .box{stroke-width:3.5}
.way path{fill:none;stroke:var(--moved);stroke-width:1.75}
.way circle{fill:var(--bg);stroke:var(--moved)}
.way text{text-anchor:middle;fill:var(--moved);font-weight:600;font-size:11px}
svg .rule{stroke:var(--line);stroke-dasharray:3 3}
.piece{fill:var(--good)}
.piece.info,.piece.rest{fill:var(--line)}
.piece.wait{fill:var(--wait)}
.piece.bad{fill:var(--bad)}
.path{font-size:11.5px}
td p{margin:0 0 4px}
#tip path{fill:var(--moved)}
@media (max-width:720px){body{padding:0 14px 64px}.filter{position:static;margin:0 -14px;padding:10px 14px}html{scroll-padding-top:8px}.aspects{margin-left:25px;flex-basis:100%}h1{font-size:23px}}
@media print{body{max-width:none;padding:0;font-size:11px}section{margin:0;padding:0}.filter,nav,.skip,button{display:none!important}.item,.card{break-inside:avoid-page;box-shadow:none}section,.card,.card .told li,.wide,.names{content-visibility:visible}details::details-content{content-visibility:visible;block-size:auto}pre{max-height:none}.map .wide{overflow:visible}.map svg{max-width:100%;height:auto}a{color:inherit}}
`;
