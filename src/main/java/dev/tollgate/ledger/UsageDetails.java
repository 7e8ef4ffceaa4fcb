package dev.tollgate.ledger;

/**
 * Parts of a call's tokens that have a price of their own, in tokens. Each is contained in a count of its
 * {@link Usage}; none is added to one. Negative ones become 0.
 *
 * @param cached          of the input: read from a cache
 * @param cachedAudio     of the cached ones: sound
 * @param thinking        of the output: the model's thoughts
 * @param toolUse         of the input: what tools of the upstream brought in
 * @param documentPrompt  of the image prompt: pages of documents
 * @param audioPrompt     of the input: sound
 * @param videoPrompt     of the input: moving pictures
 * @param imageCandidates of the output: pictures
 * @param audioCandidates of the output: speech
 */
public record UsageDetails(long cached, long cachedAudio, long thinking, long toolUse, long documentPrompt, long audioPrompt,
        long videoPrompt, long imageCandidates, long audioCandidates) {

    /** Nothing but the inputs from a cache and the model's thoughts, for upstreams that name no others. */
    public static UsageDetails of(long cached, long thinking) {
        return new UsageDetails(cached, 0, thinking, 0, 0, 0, 0, 0, 0);
    }

    public UsageDetails {
        cached = Math.max(0, cached);
        cachedAudio = Math.max(0, cachedAudio);
        thinking = Math.max(0, thinking);
        toolUse = Math.max(0, toolUse);
        documentPrompt = Math.max(0, documentPrompt);
        audioPrompt = Math.max(0, audioPrompt);
        videoPrompt = Math.max(0, videoPrompt);
        imageCandidates = Math.max(0, imageCandidates);
        audioCandidates = Math.max(0, audioCandidates);
    }
}
