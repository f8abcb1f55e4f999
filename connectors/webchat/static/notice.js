// The page on which a citizen agrees to a notice: only WeChat's own browser draws the button.
"use strict";

const page = document.getElementById("notice");
const said = document.getElementById("said");
const agree = document.getElementById("agree");
const ELSEWHERE = "请在微信里打开这一页。";
const NOT_NOW = "现在点不了，请过一会儿再打开。";

function accepted(details) {
  try {
    return Object.values(JSON.parse(details)).some((one) => JSON.parse(one).status === "accept");
  } catch {
    return false;
  }
}

agree.addEventListener("success", (event) => {
  said.textContent = accepted(event.detail.subscribeDetails) ? "好的，有人回复的时候提醒您一次。" : "没有同意，不会提醒您。";
});
agree.addEventListener("error", () => {
  said.textContent = NOT_NOW;
});

if (!/MicroMessenger/i.test(navigator.userAgent)) {
  said.textContent = ELSEWHERE;
} else if (window.wx) {
  const { app, timestamp, nonce, signature } = page.dataset;
  wx.config({ appId: app, timestamp: Number(timestamp), nonceStr: nonce, signature, jsApiList: [], openTagList: ["wx-open-subscribe"] });
  wx.error(() => {
    said.textContent = NOT_NOW;
  });
} else {
  said.textContent = NOT_NOW;
}
