/** The page in light and dark, on a phone and on paper. */
export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--text:#1c2128;--soft:#57606a;--line:#d5dae0;--row:#f5f7f9;--link:#0550ae;
--red:#a40e26;--orange:#953800;--on:#fff;--yellow:#fff1c2;--onyellow:#513c00;--grey:#e7ebef;--ongrey:#2f3b47;--green:#dcf3e2;--ongreen:#10462a}
@media(prefers-color-scheme:dark){:root{--back:#12161b;--text:#e6eaee;--soft:#a5afba;--line:#343c46;--row:#1a2027;--link:#86bcff;
--red:#ff9d96;--orange:#ffb777;--on:#220a00;--yellow:#4a3b0a;--onyellow:#ffe9a6;--grey:#2b333c;--ongrey:#d4dbe2;--green:#133a24;--ongreen:#b4ecc6}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:90rem;padding:1.5rem;background:var(--back);color:var(--text);font:.9375rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{margin:0;font-size:1.6rem;line-height:1.2}h2{margin:1rem 0 .25rem;font-size:1em}p{margin:.5rem 0;max-width:75ch}
a{color:var(--link)}th a{color:inherit;text-decoration:none}a:hover,a:focus{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
code{font:.875em ui-monospace,monospace}.all{user-select:all}.soft{color:var(--soft);font-weight:400;font-size:.875rem}
.sum{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0;padding:0;list-style:none}
.sum li{padding:.4rem .8rem;border:1px solid var(--line);border-radius:.5rem}.sum b{font-size:1.15rem}
table{width:100%;border-collapse:collapse}th,td{padding:.5rem .6rem;text-align:left;vertical-align:top}
thead th{color:var(--soft);font-size:.875rem;border-bottom:2px solid var(--line);white-space:nowrap}
.pins>tbody{border-bottom:1px solid var(--line)}.pins>tbody:target{background:var(--row)}.pins tr.more>td{padding-top:0}
.nw,.box th{white-space:nowrap}.pins>tbody>tr>th{min-width:10rem}.pins td[data-of=Platforms]{min-width:9rem}.pins td[data-of="Used by"]{min-width:8rem}ul{margin:0;padding:0;list-style:none}
.tag{display:inline-block;margin:0 .3rem .2rem 0;padding:0 .45rem;border-radius:.3rem;background:var(--grey);color:var(--ongrey);font-size:.875rem;white-space:nowrap}
.r{background:var(--red);color:var(--on);font-weight:600}.o{background:var(--orange);color:var(--on);font-weight:600}
.y{background:var(--yellow);color:var(--onyellow)}.g{background:var(--green);color:var(--ongreen)}
.note{margin:.15rem 0 .3rem;padding-left:.6rem;border-left:3px solid var(--line)}
summary{width:fit-content;color:var(--link);cursor:pointer;font-size:.875rem}
.box{margin:.4rem 0 .8rem;padding:.8rem 1rem;background:var(--row);border-radius:.5rem}.box h2:first-child{margin-top:0}
.box table{width:auto}.box th,.box td{padding:.15rem 1.5rem .15rem 0}.box td+td+td+td{min-width:7.5rem}.box thead th{border:0}
footer{margin-top:1.5rem;color:var(--soft);font-size:.875rem}
@media(max-width:62rem){body{padding:1rem}.pins>thead{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}
.pins,.pins>tbody,.pins>tbody>tr,.pins>tbody>tr>*{display:block}.pins>tbody{padding:.6rem 0}.pins>tbody>tr>*{padding:.15rem 0!important}
.pins td[data-of]{display:flex;gap:.5rem}.pins td[data-of]::before{content:attr(data-of);flex:0 0 6.5rem;color:var(--soft);font-size:.875rem}
.box{padding:.6rem}.box th,.box td{padding-right:.6rem}.nw{white-space:normal}}
@media print{:root{font-size:10pt}body{padding:0;max-width:none}.pins>tbody{break-inside:avoid}summary{display:none}
.tag{background:none!important;color:inherit!important;border:1px solid}details::details-content{content-visibility:visible;display:block}.box{padding:0;background:none}}
`;
