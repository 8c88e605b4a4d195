/* SPDX-License-Identifier: BSD-3-Clause */
/* A register of VECTOR_LANES floats and the few operations that the kernels need, for each instruction set. Included
 * by the kernel files alone, compiled with their flags; every operation gives the same bits in every body.
 *
 *   vector_min(a, b) is a < b ? a : b and vector_max(a, b) is a > b ? a : b, so that a NaN in b stays
 *   vector_fnma(a, b, c) is fma(-a, b, c)
 *   vector_select(c, a, b) is c > 0 ? a : b, vector_select_below(c, a, b) is c < 0 ? a : b; vector_abs clears the sign;
 *   vector_sign(v) is 1, -1, or 0 of 0 and NaN
 *   vector_repeat4(p) repeats the four floats at p in every group of four lanes; vector_repeat8 and _repeat16 likewise
 *   vector_spread4(v, k) repeats lane k of every group of four lanes in that group; vector_spread8 and _spread16
 *   vector_sum4(a, b, c, d) is, in every group of four lanes, the sums of the four registers' groups, each added as
 *   (lane 0 + lane 2) + (lane 1 + lane 3); vector_sum8 the same for eight, lanes k and k + 4 added first;
 *   vector_sum16 for 16, lanes k and k + 8 added first
 *   vector_transpose(v) exchanges lane k of v[j] with lane j of v[k], of VECTOR_LANES registers
 *   vector_keep(v) makes the compiler hold v in a register instead of loading it from memory again
 *   vector_settle() keeps the compiler from carrying stores from one turn of a loop to the next */
#ifndef NSURF_NET_VECTOR_H
#define NSURF_NET_VECTOR_H

/* Before a loop of few turns whose number is known when the function is inlined: its arrays are registers. Where the
 * number is not known after all, it stays a loop. */
#if defined __clang__
#pragma clang diagnostic ignored "-Wpass-failed"
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif

/* For long functions: plain C has no use for a copy of them in every loop, which would take minutes to compile. */
#define VECTOR_INLINE static inline

#define vector_settle() __asm__ volatile("" ::: "memory")

/* A line an operation. */

#if defined __AVX512F__

#include <immintrin.h>
#include <stddef.h>

#define VECTOR_REGISTERS_32 1
enum { VECTOR_LANES = 16 };
typedef __m512 vector;

static inline vector vector_load(const float *p) { return _mm512_load_ps(p); }
static inline void vector_store(float *p, vector v) { _mm512_store_ps(p, v); }
static inline vector vector_splat(float x) { return _mm512_set1_ps(x); }
static inline vector vector_repeat4(const float *p) { return _mm512_broadcast_f32x4(_mm_loadu_ps(p)); }
static inline vector vector_repeat8(const float *p) { return _mm512_broadcast_f32x8(_mm256_loadu_ps(p)); }
static inline vector vector_repeat16(const float *p) { return _mm512_loadu_ps(p); }
static inline vector vector_add(vector a, vector b) { return _mm512_add_ps(a, b); }
static inline vector vector_sub(vector a, vector b) { return _mm512_sub_ps(a, b); }
static inline vector vector_mul(vector a, vector b) { return _mm512_mul_ps(a, b); }
static inline vector vector_div(vector a, vector b) { return _mm512_div_ps(a, b); }
static inline vector vector_fma(vector a, vector b, vector c) { return _mm512_fmadd_ps(a, b, c); }
static inline vector vector_fnma(vector a, vector b, vector c) { return _mm512_fnmadd_ps(a, b, c); }
static inline vector vector_min(vector a, vector b) { return _mm512_min_ps(a, b); }
static inline vector vector_max(vector a, vector b) { return _mm512_max_ps(a, b); }
static inline vector vector_and(vector a, vector b) { return _mm512_and_ps(a, b); }
static inline vector vector_abs(vector v) { return _mm512_abs_ps(v); }
static inline vector vector_sqrt(vector v) { return _mm512_sqrt_ps(v); }
static inline vector vector_select(vector c, vector a, vector b)
{
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(c, _mm512_setzero_ps(), _CMP_GT_OQ), b, a);
}
static inline vector vector_select_below(vector c, vector a, vector b)
{
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(c, _mm512_setzero_ps(), _CMP_LT_OQ), b, a);
}
static inline vector vector_sign(vector v)
{
    const vector one = _mm512_or_ps(_mm512_and_ps(v, _mm512_set1_ps(-0.0f)), _mm512_set1_ps(1.0f));
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_OQ), one);
}
static inline vector vector_shift23(vector v)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(v), 23));
}
static inline vector vector_spread4(vector v, size_t k)
{
    return _mm512_permutevar_ps(v, _mm512_set1_epi32((int)k));
}
static inline vector vector_spread8(vector v, size_t k)
{
    const __m512i network = _mm512_setr_epi32(0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8);
    return _mm512_permutexvar_ps(_mm512_or_si512(network, _mm512_set1_epi32((int)k)), v);
}
static inline vector vector_sum4(vector a, vector b, vector c, vector d)
{
    const vector ab = _mm512_add_ps(_mm512_shuffle_ps(a, b, 0x44), _mm512_shuffle_ps(a, b, 0xEE));
    const vector cd = _mm512_add_ps(_mm512_shuffle_ps(c, d, 0x44), _mm512_shuffle_ps(c, d, 0xEE));
    return _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x88), _mm512_shuffle_ps(ab, cd, 0xDD));
}
/* Rows a and b at once: lanes k and k + 4 of every network added, a in the lower half, b in the upper. */
static inline vector vector_fold8(vector a, vector b)
{
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
}
static inline vector vector_sum8(const vector s[8])
{
    const __m512i order = _mm512_setr_epi32(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
    return _mm512_permutexvar_ps(order, vector_sum4(vector_fold8(s[0], s[1]), vector_fold8(s[2], s[3]),
                                                    vector_fold8(s[4], s[5]), vector_fold8(s[6], s[7])));
}
static inline vector vector_spread16(vector v, size_t k)
{
    return _mm512_permutexvar_ps(_mm512_set1_epi32((int)k), v);
}
/* Rows a and b at once: lanes k and k + 8 of the one network added, a in the lower half, b in the upper. */
static inline vector vector_fold16(vector a, vector b)
{
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xEE));
}
static inline vector vector_sum16(const vector s[16])
{
    vector halves[8];
    UNROLL
    for (size_t k = 0; k < 8; k++)
        halves[k] = vector_fold16(s[k], s[k + 8]);
    return vector_sum8(halves);
}
static inline void vector_transpose(vector v[16])
{
    vector t[16];
    UNROLL
    for (size_t k = 0; k < 16; k += 4) { /* within every four rows and the four lanes of each quarter */
        const __m512d low1 = _mm512_castps_pd(_mm512_unpacklo_ps(v[k], v[k + 1]));
        const __m512d high1 = _mm512_castps_pd(_mm512_unpackhi_ps(v[k], v[k + 1]));
        const __m512d low2 = _mm512_castps_pd(_mm512_unpacklo_ps(v[k + 2], v[k + 3]));
        const __m512d high2 = _mm512_castps_pd(_mm512_unpackhi_ps(v[k + 2], v[k + 3]));
        t[k] = _mm512_castpd_ps(_mm512_unpacklo_pd(low1, low2));
        t[k + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low1, low2));
        t[k + 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high1, high2));
        t[k + 3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high1, high2));
    }
    UNROLL
    for (size_t c = 0; c < 4; c++) { /* then the quarters */
        const vector even1 = _mm512_shuffle_f32x4(t[c], t[c + 4], 0x88);
        const vector odd1 = _mm512_shuffle_f32x4(t[c], t[c + 4], 0xDD);
        const vector even2 = _mm512_shuffle_f32x4(t[c + 8], t[c + 12], 0x88);
        const vector odd2 = _mm512_shuffle_f32x4(t[c + 8], t[c + 12], 0xDD);
        v[c] = _mm512_shuffle_f32x4(even1, even2, 0x88);
        v[c + 4] = _mm512_shuffle_f32x4(odd1, odd2, 0x88);
        v[c + 8] = _mm512_shuffle_f32x4(even1, even2, 0xDD);
        v[c + 12] = _mm512_shuffle_f32x4(odd1, odd2, 0xDD);
    }
}
#define vector_keep(v) __asm__("" : "+v"(v))

#elif defined __AVX2__ && defined __FMA__

#include <immintrin.h>
#include <stddef.h>

#define VECTOR_REGISTERS_32 0
enum { VECTOR_LANES = 8 };
typedef __m256 vector;

static inline vector vector_load(const float *p) { return _mm256_load_ps(p); }
static inline void vector_store(float *p, vector v) { _mm256_store_ps(p, v); }
static inline vector vector_splat(float x) { return _mm256_set1_ps(x); }
static inline vector vector_repeat4(const float *p) { return _mm256_broadcast_ps((const __m128 *)(const void *)p); }
static inline vector vector_repeat8(const float *p) { return _mm256_loadu_ps(p); }
static inline vector vector_add(vector a, vector b) { return _mm256_add_ps(a, b); }
static inline vector vector_sub(vector a, vector b) { return _mm256_sub_ps(a, b); }
static inline vector vector_mul(vector a, vector b) { return _mm256_mul_ps(a, b); }
static inline vector vector_div(vector a, vector b) { return _mm256_div_ps(a, b); }
static inline vector vector_fma(vector a, vector b, vector c) { return _mm256_fmadd_ps(a, b, c); }
static inline vector vector_fnma(vector a, vector b, vector c) { return _mm256_fnmadd_ps(a, b, c); }
static inline vector vector_min(vector a, vector b) { return _mm256_min_ps(a, b); }
static inline vector vector_max(vector a, vector b) { return _mm256_max_ps(a, b); }
static inline vector vector_and(vector a, vector b) { return _mm256_and_ps(a, b); }
static inline vector vector_abs(vector v) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v); }
static inline vector vector_sqrt(vector v) { return _mm256_sqrt_ps(v); }
static inline vector vector_select(vector c, vector a, vector b)
{
    return _mm256_blendv_ps(b, a, _mm256_cmp_ps(c, _mm256_setzero_ps(), _CMP_GT_OQ));
}
static inline vector vector_select_below(vector c, vector a, vector b)
{
    return _mm256_blendv_ps(b, a, _mm256_cmp_ps(c, _mm256_setzero_ps(), _CMP_LT_OQ));
}
static inline vector vector_sign(vector v)
{
    const vector one = _mm256_or_ps(_mm256_and_ps(v, _mm256_set1_ps(-0.0f)), _mm256_set1_ps(1.0f));
    return _mm256_and_ps(_mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_NEQ_OQ), one);
}
static inline vector vector_shift23(vector v)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(v), 23));
}
static inline vector vector_spread4(vector v, size_t k)
{
    return _mm256_permutevar_ps(v, _mm256_set1_epi32((int)k));
}
static inline vector vector_sum4(vector a, vector b, vector c, vector d)
{
    const vector ab = _mm256_add_ps(_mm256_shuffle_ps(a, b, 0x44), _mm256_shuffle_ps(a, b, 0xEE));
    const vector cd = _mm256_add_ps(_mm256_shuffle_ps(c, d, 0x44), _mm256_shuffle_ps(c, d, 0xEE));
    return _mm256_add_ps(_mm256_shuffle_ps(ab, cd, 0x88), _mm256_shuffle_ps(ab, cd, 0xDD));
}
static inline vector vector_spread8(vector v, size_t k)
{
    return _mm256_permutevar8x32_ps(v, _mm256_set1_epi32((int)k));
}
/* Rows a and b at once: lanes k and k + 4 of the one network added, a in the lower half, b in the upper. */
static inline vector vector_fold8(vector a, vector b)
{
    return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20), _mm256_permute2f128_ps(a, b, 0x31));
}
static inline vector vector_sum8(const vector s[8])
{
    return vector_sum4(vector_fold8(s[0], s[4]), vector_fold8(s[1], s[5]), vector_fold8(s[2], s[6]),
                       vector_fold8(s[3], s[7]));
}
static inline void vector_transpose(vector v[8])
{
    vector t[8];
    UNROLL
    for (size_t k = 0; k < 8; k += 4) { /* within every four rows and the four lanes of each half */
        const __m256d low1 = _mm256_castps_pd(_mm256_unpacklo_ps(v[k], v[k + 1]));
        const __m256d high1 = _mm256_castps_pd(_mm256_unpackhi_ps(v[k], v[k + 1]));
        const __m256d low2 = _mm256_castps_pd(_mm256_unpacklo_ps(v[k + 2], v[k + 3]));
        const __m256d high2 = _mm256_castps_pd(_mm256_unpackhi_ps(v[k + 2], v[k + 3]));
        t[k] = _mm256_castpd_ps(_mm256_unpacklo_pd(low1, low2));
        t[k + 1] = _mm256_castpd_ps(_mm256_unpackhi_pd(low1, low2));
        t[k + 2] = _mm256_castpd_ps(_mm256_unpacklo_pd(high1, high2));
        t[k + 3] = _mm256_castpd_ps(_mm256_unpackhi_pd(high1, high2));
    }
    UNROLL
    for (size_t c = 0; c < 4; c++) { /* then the halves */
        v[c] = _mm256_permute2f128_ps(t[c], t[c + 4], 0x20);
        v[c + 4] = _mm256_permute2f128_ps(t[c], t[c + 4], 0x31);
    }
}
#define vector_keep(v) __asm__("" : "+x"(v))

#elif defined __aarch64__ && defined __ARM_NEON

#include <arm_neon.h>
#include <stddef.h>

#define VECTOR_REGISTERS_32 1
enum { VECTOR_LANES = 4 };
typedef float32x4_t vector;

static inline vector vector_load(const float *p) { return vld1q_f32(p); }
static inline void vector_store(float *p, vector v) { vst1q_f32(p, v); }
static inline vector vector_splat(float x) { return vdupq_n_f32(x); }
static inline vector vector_repeat4(const float *p) { return vld1q_f32(p); }
static inline vector vector_add(vector a, vector b) { return vaddq_f32(a, b); }
static inline vector vector_sub(vector a, vector b) { return vsubq_f32(a, b); }
static inline vector vector_mul(vector a, vector b) { return vmulq_f32(a, b); }
static inline vector vector_div(vector a, vector b) { return vdivq_f32(a, b); }
static inline vector vector_fma(vector a, vector b, vector c) { return vfmaq_f32(c, a, b); }
static inline vector vector_fnma(vector a, vector b, vector c) { return vfmsq_f32(c, a, b); }
static inline vector vector_min(vector a, vector b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
static inline vector vector_max(vector a, vector b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
static inline vector vector_and(vector a, vector b)
{
    return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(a), vreinterpretq_u32_f32(b)));
}
static inline vector vector_abs(vector v) { return vabsq_f32(v); }
static inline vector vector_sqrt(vector v) { return vsqrtq_f32(v); }
static inline vector vector_select(vector c, vector a, vector b) { return vbslq_f32(vcgtzq_f32(c), a, b); }
static inline vector vector_select_below(vector c, vector a, vector b) { return vbslq_f32(vcltzq_f32(c), a, b); }
static inline vector vector_sign(vector v)
{
    const vector zero = vdupq_n_f32(0.0f), one = vdupq_n_f32(1.0f);
    return vbslq_f32(vcgtzq_f32(v), one, vbslq_f32(vcltzq_f32(v), vnegq_f32(one), zero));
}
static inline vector vector_shift23(vector v)
{
    return vreinterpretq_f32_u32(vshlq_n_u32(vreinterpretq_u32_f32(v), 23));
}
static inline vector vector_spread4(vector v, size_t k)
{
    return k == 0 ? vdupq_laneq_f32(v, 0) : k == 1 ? vdupq_laneq_f32(v, 1) : k == 2 ? vdupq_laneq_f32(v, 2)
                                                                                     : vdupq_laneq_f32(v, 3);
}
static inline vector vector_sum4(vector a, vector b, vector c, vector d)
{
    const vector ab = vaddq_f32(vcombine_f32(vget_low_f32(a), vget_low_f32(b)),
                                vcombine_f32(vget_high_f32(a), vget_high_f32(b)));
    const vector cd = vaddq_f32(vcombine_f32(vget_low_f32(c), vget_low_f32(d)),
                                vcombine_f32(vget_high_f32(c), vget_high_f32(d)));
    return vaddq_f32(vuzp1q_f32(ab, cd), vuzp2q_f32(ab, cd));
}
static inline void vector_transpose(vector v[4])
{
    const float32x4x2_t a = vzipq_f32(v[0], v[2]), b = vzipq_f32(v[1], v[3]);
    const float32x4x2_t low = vzipq_f32(a.val[0], b.val[0]), high = vzipq_f32(a.val[1], b.val[1]);
    v[0] = low.val[0];
    v[1] = low.val[1];
    v[2] = high.val[0];
    v[3] = high.val[1];
}
#define vector_keep(v) __asm__("" : "+w"(v))

#else

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#undef VECTOR_INLINE
#define VECTOR_INLINE static __attribute__((noinline))
#define VECTOR_PLAIN
#define VECTOR_REGISTERS_32 0
enum { VECTOR_LANES = 4 };
typedef struct {
    float lane[VECTOR_LANES];
} vector;

#define VECTOR_EACH(expression)                                                                                        \
    vector out;                                                                                                        \
    for (int k = 0; k < VECTOR_LANES; k++)                                                                             \
        out.lane[k] = (expression);                                                                                    \
    return out

static inline vector vector_load(const float *p) { VECTOR_EACH(p[k]); }
static inline void vector_store(float *p, vector v) { memcpy(p, v.lane, sizeof v.lane); }
static inline vector vector_splat(float x) { VECTOR_EACH(x); }
static inline vector vector_repeat4(const float *p) { VECTOR_EACH(p[k]); }
static inline vector vector_add(vector a, vector b) { VECTOR_EACH(a.lane[k] + b.lane[k]); }
static inline vector vector_sub(vector a, vector b) { VECTOR_EACH(a.lane[k] - b.lane[k]); }
static inline vector vector_mul(vector a, vector b) { VECTOR_EACH(a.lane[k] * b.lane[k]); }
static inline vector vector_div(vector a, vector b) { VECTOR_EACH(a.lane[k] / b.lane[k]); }
static inline vector vector_fma(vector a, vector b, vector c) { VECTOR_EACH(fmaf(a.lane[k], b.lane[k], c.lane[k])); }
static inline vector vector_fnma(vector a, vector b, vector c) { VECTOR_EACH(fmaf(-a.lane[k], b.lane[k], c.lane[k])); }
static inline vector vector_min(vector a, vector b) { VECTOR_EACH(a.lane[k] < b.lane[k] ? a.lane[k] : b.lane[k]); }
static inline vector vector_max(vector a, vector b) { VECTOR_EACH(a.lane[k] > b.lane[k] ? a.lane[k] : b.lane[k]); }
static inline vector vector_abs(vector v) { VECTOR_EACH(fabsf(v.lane[k])); }
static inline vector vector_sqrt(vector v) { VECTOR_EACH(sqrtf(v.lane[k])); }
static inline vector vector_select(vector c, vector a, vector b) { VECTOR_EACH(c.lane[k] > 0 ? a.lane[k] : b.lane[k]); }
static inline vector vector_select_below(vector c, vector a, vector b)
{
    VECTOR_EACH(c.lane[k] < 0 ? a.lane[k] : b.lane[k]);
}
static inline vector vector_sign(vector v) { VECTOR_EACH(v.lane[k] > 0 ? 1.0f : v.lane[k] < 0 ? -1.0f : 0.0f); }
static inline vector vector_bits(const uint32_t bits[VECTOR_LANES])
{
    vector out;
    memcpy(out.lane, bits, sizeof out.lane);
    return out;
}
static inline vector vector_and(vector a, vector b)
{
    uint32_t x[VECTOR_LANES], y[VECTOR_LANES];
    memcpy(x, a.lane, sizeof x);
    memcpy(y, b.lane, sizeof y);
    for (int k = 0; k < VECTOR_LANES; k++)
        x[k] &= y[k];
    return vector_bits(x);
}
static inline vector vector_shift23(vector v)
{
    uint32_t x[VECTOR_LANES];
    memcpy(x, v.lane, sizeof x);
    for (int k = 0; k < VECTOR_LANES; k++)
        x[k] <<= 23;
    return vector_bits(x);
}
static inline vector vector_spread4(vector v, size_t lane) { VECTOR_EACH(v.lane[lane]); }
static inline float vector_sum(vector v) { return (v.lane[0] + v.lane[2]) + (v.lane[1] + v.lane[3]); }
static inline vector vector_sum4(vector a, vector b, vector c, vector d)
{
    return (vector){{vector_sum(a), vector_sum(b), vector_sum(c), vector_sum(d)}};
}
static inline void vector_transpose(vector v[VECTOR_LANES])
{
    for (int row = 0; row < VECTOR_LANES; row++)
        for (int k = row + 1; k < VECTOR_LANES; k++) {
            const float lane = v[row].lane[k];
            v[row].lane[k] = v[k].lane[row];
            v[k].lane[row] = lane;
        }
}
#define vector_keep(v) ((void)0)

#endif

#endif
