package org.hikyaku.check.auth;

/**
 * Something in a record that its grammar does not allow.
 *
 * @param position of the first wrong character in the record's text, counted from 1
 * @param sentence what is wrong there and, where it can be known, what was meant
 */
public record Fault(int position, String sentence) {

    /** The sentence with its place: {@code At character 12: …}. */
    public String inWords() {
        return "At character " + position + ": " + sentence;
    }
}
