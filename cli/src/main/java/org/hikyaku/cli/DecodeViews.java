package org.hikyaku.cli;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code hikyaku decode} is to show.
 *
 * @param dialogue present when dialogues are wanted; the number in it when only one is
 * @param story likewise
 */
record DecodeViews(
        boolean list,
        Optional<OptionalInt> dialogue,
        Optional<OptionalInt> story,
        boolean json,
        boolean sha256,
        boolean showSecrets) {

    boolean dialogueOf(int number) {
        return wants(dialogue, number);
    }

    boolean storyOf(int number) {
        return wants(story, number);
    }

    private static boolean wants(Optional<OptionalInt> view, int number) {
        return view.isPresent() && (view.get().isEmpty() || view.get().getAsInt() == number);
    }
}
