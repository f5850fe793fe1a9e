# Draw one figure of the analysis again, from the long table, and compare its numbers with those that were reported.
#
#   Rscript lag_plot.R GIVEN TARGET [FOLDER]
#
# Reads long.csv and sequences.csv in FOLDER (the current folder when none is said). GIVEN and TARGET are groups, as in
# groups.csv. For the first layer and each lag of sequences.csv it counts the pairs of turns of all transcripts together,
# computes the adjusted residual (an empty cell counts as 0.5), prints both, and draws lag_plot_r.svg with the band of
# ±1.96. Ends with 1 when a number differs by more than 0.000001. Base R only.
#
# The long table is also what a mixed model wants, one row a turn. With lme4, for instance, and the turn before as a
# predictor of naming in therapist turns:
#
#   long <- read_table(".", "long.csv")
#   long$naming <- as.numeric(long[["group.naming"]])
#   lme4::glmer(naming ~ session.condition + (1 | dyad / transcript), binomial, subset(long, role == "therapist"))

TOLERANCE <- 1e-6

# Take away the apostrophe that guards a cell against being run as a formula.
plain <- function(cells) sub("^'('*[-=+@\t\r])", "\\1", cells, perl = TRUE)

read_table <- function(folder, name) {
  found <- read.csv(file.path(folder, name), colClasses = "character", check.names = FALSE, na.strings = character(0),
                    encoding = "UTF-8", stringsAsFactors = FALSE, quote = "\"", comment.char = "", strip.white = FALSE)
  names(found) <- plain(names(found))
  found[] <- lapply(found, plain)
  found
}

# Pairs of turns of one transcript: both, given only, target only, neither. Turns without a value are in no pair.
table_of <- function(rows, given, target, lag) {
  cells <- c(a = 0, b = 0, c = 0, d = 0)
  for (turns in split(rows, rows$transcript)) {
    turns <- turns[order(as.integer(turns$segment)), ]
    n <- nrow(turns)
    if (n <= lag) next
    g <- turns[[paste0("group.", given)]][seq_len(n - lag)]
    t <- turns[[paste0("group.", target)]][lag + seq_len(n - lag)]
    cells <- cells + c(sum(g == "1" & t == "1"), sum(g == "1" & t == "0"), sum(g == "0" & t == "1"), sum(g == "0" & t == "0"))
  }
  cells
}

residual <- function(cells) {
  a <- cells[["a"]]; b <- cells[["b"]]; c <- cells[["c"]]; d <- cells[["d"]]
  if ((a + b) * (c + d) * (a + c) * (b + d) == 0) return(NA_real_)
  x <- ifelse(cells == 0, 0.5, cells)
  n <- sum(x)
  r <- x[["a"]] + x[["b"]]
  k <- x[["a"]] + x[["c"]]
  (x[["a"]] - r * k / n) / sqrt(r * k / n * (1 - r / n) * (1 - k / n))
}

words <- commandArgs(trailingOnly = TRUE)
if (!length(words) %in% 2:3) stop("Rscript lag_plot.R GIVEN TARGET [FOLDER]")
given <- words[1]
target <- words[2]
folder <- if (length(words) == 3) words[3] else "."

reported <- read_table(folder, "sequences.csv")
reported <- reported[reported$given == given & reported$target == target & reported$transcript == "", ]
if (!nrow(reported)) stop("sequences.csv has no row of ", given, " and ", target, " for all transcripts together.")
long <- read_table(folder, "long.csv")
long <- long[long$layer == reported$layer[1], ]

values <- numeric(0)
largest <- 0
for (row in seq_len(nrow(reported))) {
  lag <- as.integer(reported$lag[row])
  cells <- table_of(long, given, target, lag)
  value <- residual(cells)
  wanted <- suppressWarnings(as.numeric(reported$adjusted_residual[row]))
  same <- all(cells == as.numeric(unlist(reported[row, c("a", "b", "c", "d")]))) && is.na(value) == is.na(wanted)
  gap <- if (!same) Inf else if (is.na(value)) 0 else abs(value - wanted)
  largest <- max(largest, gap)
  values <- c(values, value)
  cat(sprintf("lag %d: %s  computed %s  reported %s\n", lag, paste(cells, collapse = " "),
              format(value, digits = 12), format(wanted, digits = 12)))
}

lags <- as.integer(reported$lag)
svg(file.path(folder, "lag_plot_r.svg"), width = 6, height = 4)
top <- max(3, abs(values), na.rm = TRUE) * 1.1
plot(lags, values, ylim = c(-top, top), pch = 19, xaxt = "n", xlab = "lag (turns)", ylab = "adjusted residual",
     main = paste(target, "so many turns after", given))
axis(1, at = lags)
rect(min(lags) - 1, -1.96, max(lags) + 1, 1.96, col = "#00000014", border = NA)
abline(h = 0)
invisible(dev.off())

cat(sprintf("%d lags compared, largest difference %.2g; drawn in lag_plot_r.svg\n", length(values), largest))
if (largest > TOLERANCE) quit(status = 1)
