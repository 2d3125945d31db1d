"""The parts that are trained together: the words' encoder and the transformer that turns noise into latents.

Flow matching: at noise level sigma the model sees (1 - sigma) * latents + sigma * noise and
predicts noise - latents. The text goes in exactly as `WanPipeline` gives it: the encoder's
states of a fixed number of tokens, zeros after the end, and no mask.
"""

import torch
from diffusers import WanTransformer3DModel
from torch import Tensor, nn
from transformers import UMT5Config, UMT5EncoderModel

from generation.training.codes import CODE_CHANNELS
from generation.training.tokens import TOKENS

TEXT_WIDTH = 128
# Most of a token is noise on its way to the last layer; what is left must hold the thoughts.
HEADS, HEAD_WIDTH = 8, 32
TIMESTEPS = 1000
# First and last layers, embeddings and tables, which Muon is not meant for.
PLAIN = (
    "patch_embedding",
    "proj_out",
    "shared",
    "embed_tokens",
    "scale_shift_table",
    "relative_attention_bias",
)


class TextToCodes(nn.Module):
    """The two jointly trained parts: `text_encoder` of the captions' words, `transformer` of the scenes' latents."""

    def __init__(self) -> None:
        super().__init__()
        self.text_encoder = UMT5EncoderModel(
            UMT5Config(
                vocab_size=TOKENS,
                d_model=TEXT_WIDTH,
                d_kv=32,
                d_ff=256,
                num_layers=2,
                num_heads=4,
                relative_attention_num_buckets=16,
                relative_attention_max_distance=32,
                dropout_rate=0.0,
                pad_token_id=0,
                eos_token_id=1,
            )
        )
        self.transformer = WanTransformer3DModel(
            patch_size=(1, 2, 2),
            num_attention_heads=HEADS,
            attention_head_dim=HEAD_WIDTH,
            in_channels=CODE_CHANNELS,
            out_channels=CODE_CHANNELS,
            text_dim=TEXT_WIDTH,
            freq_dim=128,
            ffn_dim=4 * HEADS * HEAD_WIDTH,
            num_layers=6,
            cross_attn_norm=True,
            qk_norm="rms_norm_across_heads",
            rope_max_seq_len=64,
        )
        self._pass_noise_through()

    def forward(self, noisy: Tensor, *, sigma: Tensor, ids: Tensor, mask: Tensor) -> Tensor:
        """Predict noise - latents, (B, C, T', H', W'), for `sigma` (B,) and tokens (B, L)."""
        states = self.text_encoder(ids, mask).last_hidden_state
        prompt = states * mask[..., None]
        predicted: Tensor = self.transformer(noisy, sigma * TIMESTEPS, prompt, return_dict=False)[0]
        return predicted

    @torch.no_grad()
    def _pass_noise_through(self) -> None:
        """Start with first and last layer as each other's inverse, so that the noise comes out as it went in.

        That is the right answer for pure noise, and saves the first few hundred steps.
        """
        first, last = self.transformer.patch_embedding, self.transformer.proj_out
        width, *patch = first.weight.shape
        numbers = last.weight.shape[0]
        basis = nn.init.orthogonal_(torch.empty(width, numbers))
        first.weight.copy_(basis.view(width, *patch))
        first.bias.zero_()
        # The last layer gives a patch's channels last, the first takes them first.
        channels_last = basis.view(width, *patch).permute(0, 2, 3, 4, 1).reshape(width, numbers)
        last.weight.copy_(channels_last.T * (numbers / width) ** 0.5)
        last.bias.zero_()
