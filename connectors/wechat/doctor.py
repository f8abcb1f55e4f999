"""What is wrong with an account's set-up (公众号体检): settings, token, allow-list, and whether the address answers."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator

import aiohttp

from connectors.settings import Settings, WechatSettings
from connectors.wechat.crypto import sign
from connectors.wechat.platform import Platform, PlatformError

TIMEOUT_S = 5.0
REMEDIES = {
    0: "连不上微信的接口，请检查这台服务器能不能访问外网",
    40001: "AppSecret 不对，或者刚重置过：到后台重新复制",
    40013: "AppID 不对：到后台“基本配置”重新复制",
    40125: "AppSecret 不对：到后台重置后复制到 WENFA_WECHAT_APP_SECRET",
    40164: "这台服务器的地址不在后台的 IP 白名单里：把下面报出的地址加进去",
    45009: "今天的调用次数用完了，明天再试",
    50007: "账号被冻结了，请看公众平台的通知",
}


async def examine(settings: Settings, platform: Platform | None) -> AsyncIterator[tuple[bool, str]]:
    """Each thing in turn: whether it is well, and in words."""
    account = settings.wechat
    if account is None:
        yield False, "没有设 WENFA_WECHAT_APP_ID，微信没有开"
        return
    yield True, f"AppID {account.app_id}"
    yield (
        bool(account.aes_keys),
        (
            f"EncodingAESKey {len(account.aes_keys)} 个"
            if account.aes_keys
            else "没有设 WENFA_WECHAT_AES_KEYS，只能用明文模式"
        ),
    )
    if not account.app_secret:
        yield True, "没有设 WENFA_WECHAT_APP_SECRET：只有被动回复（未认证的号就是这样）"
    elif platform:
        yield await _token(platform)
    if account.notice and not (account.app_secret and settings.public_url):
        yield False, "设了 WENFA_WECHAT_NOTICE，还要 WENFA_WECHAT_APP_SECRET 和 WENFA_PUBLIC_URL，订阅通知才会用"
    elif account.notice and platform:
        yield await _ticket(platform)
    if not settings.public_url:
        yield False, "没有设 WENFA_PUBLIC_URL：回答里没有全文链接，也没法试回调地址"
        return
    yield await _callback(f"{settings.public_url}/wechat", account)


async def _token(platform: Platform) -> tuple[bool, str]:
    try:
        await platform.token()
    except PlatformError as error:
        return False, f"拿不到 access_token（{error.code}）：{REMEDIES.get(error.code, '')} {error.said}".strip()
    return True, "access_token 拿到了"


async def _ticket(platform: Platform) -> tuple[bool, str]:
    """Without which nobody can agree to a notice."""
    try:
        await platform.ticket()
    except PlatformError as error:
        return False, f"拿不到 jsapi_ticket（{error.code}）：群众没法同意订阅通知 {error.said}".strip()
    return True, "jsapi_ticket 拿到了；后台的“JS接口安全域名”要填 WENFA_PUBLIC_URL 的域名"


async def _callback(address: str, account: WechatSettings) -> tuple[bool, str]:
    """Asks the address as the platform does."""
    timestamp, nonce, echo = str(int(time.time())), secrets.token_hex(5), secrets.token_hex(8)
    query = {"timestamp": timestamp, "nonce": nonce, "echostr": echo}
    query["signature"] = sign(account.token, timestamp, nonce)
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(TIMEOUT_S)) as session,
            session.get(address, params=query) as answer,
        ):
            said, status = await answer.text(), answer.status
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return False, f"{address} 没有应答（{type(error).__name__}）：服务起来了吗，域名和反向代理对吗"
    if status == 200 and said == echo:
        return True, f"{address} 应答正确，可以在后台提交"
    return False, f"{address} 应答不对（{status}）：Token 和那边的服务一样吗，时间准吗"
