"""
Sequences and episodes in coded sessions: numpy, scipy and the standard library, no Django.

Begin with a `Material` (sessions x codes in one layer) and groups of codes in their `Roles`:

    layer = majority([rater_a, rater_b, rater_c])               # layers: .material, .ties
    stack = Stack.of(layer.material)
    tables = lagged(stack, groups, groups, range(1, 6))         # lags: every 2 x 2 table, by session and pooled
    tables.of("naming", "turned away", 1, "PDT-11")             # association: residual, p, Q, log odds, intervals
    shuffled(stack, groups, groups, [1]), shuffled_pair(...)    # permuting: p within sessions, Holm, maximum
    transitions(streams_of(stack, groups), names, repeats=...)  # events: the square table of a stream
    compare_scores(session_scores(tables, ...), conditions)     # comparing: the session is the unit
    counts(material, groups, by="condition"), together(...)     # counts, together: rates, co-occurrence
    episodes(material, roles), latencies(material, roles, by)   # episodes, latencies: curves, medians, hazard ratios
    namings(material, roles), shares(...), course(...)          # following, relations: what becomes of them

Nothing is ever NaN in what is handed out: a value is None exactly when `why` says why. Bad input raises ValueError with
a sentence. Formulas and sources are in docs/methods.md.

Without the site: `python -m coding.analysis sequences EVENTS.csv --json`.
"""
