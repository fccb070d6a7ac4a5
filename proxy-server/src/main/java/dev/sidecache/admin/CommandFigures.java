package dev.sidecache.admin;

/**
 * What is spent of the command budget by all instances together.
 *
 * @param spent commands in this period so far
 * @param budget what may be
 * @param period {@code month} or {@code day}
 * @param forecast for its end
 * @param warning whether 80 % are spent
 */
public record CommandFigures(
    long spent, long budget, String period, long forecast, boolean warning) {}
