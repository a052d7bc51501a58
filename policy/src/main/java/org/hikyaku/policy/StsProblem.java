package org.hikyaku.policy;

/**
 * Why an announced policy could not be had.
 *
 * @param type {@code sts-policy-fetch-error}, {@code sts-policy-invalid} or {@code sts-webpki-invalid} (T7)
 * @param sentence what happened
 */
public record StsProblem(ResultType type, String sentence) {}
