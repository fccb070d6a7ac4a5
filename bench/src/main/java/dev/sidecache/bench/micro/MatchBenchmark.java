package dev.sidecache.bench.micro;

import dev.sidecache.http.RequestHead;
import dev.sidecache.rule.Match;
import dev.sidecache.rule.RuleSet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Which rule a request falls under. */
@State(Scope.Thread)
public class MatchBenchmark {
  @Param({"5", "50", "500"})
  int routes;

  private RuleSet rules = Samples.rules(0);
  private RequestHead first = Samples.get("/");
  private RequestHead last = first;
  private RequestHead none = first;

  @Setup
  public void prepare() {
    rules = Samples.rules(routes);
    first = Samples.get("/api/r0");
    last = Samples.get("/api/r" + (routes / 2 - 1) + "/7");
    none = Samples.get("/api/other/7");
  }

  @Benchmark
  public Match first() {
    return rules.match(first);
  }

  @Benchmark
  public Match last() {
    return rules.match(last);
  }

  @Benchmark
  public Match none() {
    return rules.match(none);
  }
}
