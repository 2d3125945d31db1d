"use strict";

// <div data-together>  the videos in it play, stop and seek together. Without this file each has its own controls.

for (const group of document.querySelectorAll("[data-together]")) {
  const videos = [...group.querySelectorAll("video")];
  let following = false;
  const others = (video) => videos.filter((one) => one !== video);
  const lead = (act) => (event) => {
    // What one does because another did is no wish of whoever watches.
    if (following) return;
    following = true;
    for (const one of others(event.target)) act(one, event.target);
    setTimeout(() => (following = false), 60);
  };
  for (const video of videos) {
    video.addEventListener("play", lead((one, first) => { one.currentTime = first.currentTime; one.play(); }));
    video.addEventListener("pause", lead((one, first) => { one.pause(); one.currentTime = first.currentTime; }));
    video.addEventListener("seeked", lead((one, first) => { if (first.paused) one.currentTime = first.currentTime; }));
    video.addEventListener("ratechange", lead((one, first) => (one.playbackRate = first.playbackRate)));
  }
}
