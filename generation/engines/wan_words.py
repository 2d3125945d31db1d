"""Words for the pipelines of Wan that are given pictures.

Their modules of diffusers 0.42.1 call ftfy, which mends garbled letters, without asking whether it is installed; that
of WanPipeline asks. They clean words as it does, so that the same words are the same to all of them.
"""

from __future__ import annotations

from diffusers.pipelines.wan import pipeline_wan, pipeline_wan_i2v, pipeline_wan_vace


def clean_words_alike() -> None:
    """Let the other pipelines of Wan clean a prompt as WanPipeline does."""
    for module in (pipeline_wan_i2v, pipeline_wan_vace):
        module.prompt_clean = pipeline_wan.prompt_clean
