"""PLACEHOLDER (overwritten by the nlu author)."""
from dataclasses import dataclass
from collections.abc import Mapping
import re
D="零一二三四五六七八九"
def zh(n:int)->str:
    if n>=1000: return D[n//1000]+"千"+(("零" if n%1000<100 and n%1000 else "")+zh0(n%1000) if n%1000 else "")
    return zh0(n) if n>=20 or n<10 else "十"+(D[n%10] if n%10 else "")
def zh0(n:int)->str:
    if n>=100: return D[n//100]+"百"+(("零"+D[n%100] if n%100<10 else D[n%100//10]+"十"+(D[n%10] if n%10 else "")) if n%100 else "")
    if n>=10: return D[n//10]+"十"+(D[n%10] if n%10 else "")
    return D[n]
TABLE={zh(n):n for n in range(1,2000)}
@dataclass(frozen=True, slots=True)
class Citation:
    law: str
    article: int
    inserted: int = 0
    paragraph: int|None = None
    item: int|None = None
    @property
    def article_text(self)->str: return article_text(self.article,self.inserted)
@dataclass(frozen=True, slots=True)
class Found:
    citation: Citation
    start:int
    end:int
    known: bool = True
def article_text(n:int,i:int=0)->str: return f"第{zh(n)}条"+(f"之{zh(i)}" if i else "")
def parse_article(t:str)->tuple[int,int]:
    m=re.fullmatch(r"第([一二三四五六七八九十百千零]+)条(?:之([一二三四五六七八九十]+))?",t)
    if not m: raise ValueError(t)
    return TABLE[m[1]], TABLE[m[2]] if m[2] else 0
def format_citation(c:Citation)->str: return f"《{c.law}》{c.article_text}"
def parse(text:str,names:Mapping[str,str],default_law:str|None=None)->list[Found]:
    out=[]
    for m in re.finditer(r"《([^》]+)》(第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十]+)?)",text):
        n,i=parse_article(m[2]); out.append(Found(Citation(names.get(m[1],m[1]),n,i),m.start(),m.end(),m[1] in names))
    return out
