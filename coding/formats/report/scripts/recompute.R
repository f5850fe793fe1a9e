# Compute the reliability of a round again, from the values of its raters, and compare it with what was reported.
#
#   Rscript recompute.R [FOLDER]
#
# Reads matrix.csv, variables.csv and reliability.csv in FOLDER (the current folder when none is said). Base R only.
# Computed here: agreement in per cent, Krippendorff's alpha (nominal; ordinal for ratings) with its jackknife interval,
# Gwet's AC1, Fleiss' kappa, and Cohen's kappa of every pair. Prints how many numbers were compared and the largest
# difference, and ends with 1 when that is above 0.000001.
#
# If you compare with irr::kripp.alpha of version 0.84.1: where no value is missing and there are three raters or more,
# it counts every pair of values in a segment as 1 instead of 1 / (raters - 1). It then takes the sample to be
# (raters - 1) times as large as it is, and alpha comes out a little too low. With two raters, or as soon as a single
# value is missing, it agrees with this script. A row of NA for a rater who never coded makes it agree everywhere:
#
#   irr::kripp.alpha(rbind(values, NA), "nominal")     # values: one row a rater, one column a segment

LEVEL <- 0.95
FEWEST_TRANSCRIPTS <- 5
TOLERANCE <- 1e-6

# Take away the apostrophe that guards a cell against being run as a formula.
plain <- function(cells) sub("^'('*[-=+@\t\r])", "\\1", cells, perl = TRUE)

read_table <- function(folder, name) {
  read.csv(file.path(folder, name), colClasses = "character", check.names = FALSE, na.strings = character(0),
           encoding = "UTF-8", stringsAsFactors = FALSE, quote = "\"", comment.char = "", strip.white = FALSE)
}

# How many raters gave each value to each segment: one row a segment, one column a category. A missing value is none.
counts_of <- function(values, categories) {
  found <- vapply(categories, function(category) rowSums(values == category), numeric(nrow(values)))
  matrix(found, nrow = nrow(values), dimnames = list(NULL, categories))
}

percent_agreement <- function(a) {
  r <- rowSums(a)
  a <- a[r > 1, , drop = FALSE]
  r <- r[r > 1]
  if (!length(r)) return(NA_real_)
  mean(rowSums(a * (a - 1)) / (r * (r - 1)))
}

mean_shares <- function(a) {
  r <- rowSums(a)
  colMeans(a[r > 0, , drop = FALSE] / r[r > 0])
}

fleiss_kappa <- function(a) {
  observed <- percent_agreement(a)
  shares <- mean_shares(a)
  if (is.na(observed) || sum(shares > 0) < 2) return(NA_real_)
  (observed - sum(shares^2)) / (1 - sum(shares^2))
}

gwet_ac1 <- function(a, q) {
  observed <- percent_agreement(a)
  if (is.na(observed) || q < 2) return(NA_real_)
  shares <- mean_shares(a)
  chance <- sum(shares * (1 - shares)) / (q - 1)
  (observed - chance) / (1 - chance)
}

cohen_kappa <- function(one, two) {
  both <- one != "" & two != ""
  one <- one[both]
  two <- two[both]
  categories <- unique(c(one, two))
  shared <- sum(vapply(categories, function(k) sum(one == k) * as.numeric(sum(two == k)), numeric(1)))
  expected <- length(one)^2 - shared
  if (!length(one) || expected == 0) return(NA_real_)
  1 - length(one) * sum(one != two) / expected
}

# How often two values meet in the segments of one transcript, each pair by 1 / (values - 1).
coincidences <- function(a) {
  r <- rowSums(a)
  a <- a[r > 1, , drop = FALSE]
  weighted <- a / (r[r > 1] - 1)
  crossprod(weighted, a) - diag(colSums(weighted), ncol(a))
}

alpha <- function(o, ordinal) {
  totals <- rowSums(o)
  kept <- totals > 0
  if (sum(kept) < 2) return(NA_real_)
  o <- o[kept, kept, drop = FALSE]
  totals <- totals[kept]
  differ <- distances(totals, ordinal)
  1 - (sum(totals) - 1) * sum(o * differ) / sum(outer(totals, totals) * differ)
}

distances <- function(totals, ordinal) {
  k <- length(totals)
  if (!ordinal) return(1 - diag(k))
  outer(seq_len(k), seq_len(k), Vectorize(function(i, j) {
    (sum(totals[min(i, j):max(i, j)]) - (totals[i] + totals[j]) / 2)^2
  }))
}

jackknife <- function(tables, ordinal) {
  number <- length(tables)
  none <- c(NA_real_, NA_real_)
  if (number < FEWEST_TRANSCRIPTS) return(none)
  estimate <- alpha(Reduce(`+`, tables), ordinal)
  if (is.na(estimate) || abs(estimate) >= 1 - 1e-12) return(none)
  left <- vapply(seq_len(number), function(out) alpha(Reduce(`+`, tables[-out]), ordinal), numeric(1))
  if (anyNA(left)) return(none)
  error <- sqrt((number - 1) / number * sum((left - mean(left))^2))
  if (error < 1e-12) return(none)
  width <- qt(0.5 + LEVEL / 2, number - 1) * error / (1 - estimate^2)
  tanh(atanh(estimate) + c(-width, width))
}

measured <- function(values, transcript, q, ordinal) {
  name <- if (ordinal) "krippendorff_alpha_ordinal" else "krippendorff_alpha"
  categories <- setdiff(unique(as.vector(values)), "")
  if (ordinal) categories <- categories[order(as.numeric(categories))]
  if (!length(categories)) {
    found <- list(percent_agreement = NA_real_)
    found[[name]] <- c(NA_real_, NA_real_, NA_real_)
    if (!ordinal) found <- c(found, list(gwet_ac1 = NA_real_, fleiss_kappa = NA_real_))
  } else {
    a <- counts_of(values, categories)
    telling <- unique(transcript[rowSums(a) > 1])
    tables <- lapply(telling, function(one) coincidences(a[transcript == one, , drop = FALSE]))
    estimate <- if (length(tables)) alpha(Reduce(`+`, tables), ordinal) else NA_real_
    found <- list(percent_agreement = percent_agreement(a))
    found[[name]] <- c(estimate, jackknife(tables, ordinal))
    if (!ordinal) found <- c(found, list(gwet_ac1 = gwet_ac1(a, q), fleiss_kappa = fleiss_kappa(a)))
  }
  if (!ordinal && ncol(values) == 2) found$cohen_kappa <- cohen_kappa(values[, 1], values[, 2])
  found
}

compute <- function(folder) {
  table <- read_table(folder, "matrix.csv")
  raters <- substring(plain(names(table)[-(1:4)]), nchar("rater.") + 1)
  values <- as.matrix(table[, -(1:4), drop = FALSE])
  variables <- read_table(folder, "variables.csv")
  which_variable <- paste(table$part, table$variable, sep = "\r")
  found <- new.env()
  keep <- function(head, results) {
    for (name in names(results)) assign(paste(c(head, name), collapse = "\r"), results[[name]], envir = found)
  }
  for (place in seq_len(nrow(variables))) {
    head <- c(variables$part[place], variables$variable[place])
    here <- which_variable == paste(head, collapse = "\r")
    mine <- values[here, , drop = FALSE]
    transcript <- table$transcript[here]
    ordinal <- variables$level[place] == "ordinal"
    q <- as.integer(variables$categories[place])
    keep(c(head, "", ""), measured(mine, transcript, q, ordinal))
    for (pair in if (length(raters) > 1) combn(length(raters), 2, simplify = FALSE)) {
      both <- mine[, pair[1]] != "" & mine[, pair[2]] != ""
      keep(c(head, raters[pair]), measured(mine[both, pair, drop = FALSE], transcript[both], q, ordinal))
    }
  }
  found
}

difference <- function(reported, value) {
  missing <- c(reported == "", is.na(value))
  if (any(missing)) return(if (all(missing)) 0 else Inf)
  abs(as.numeric(reported) - value)
}

main <- function(arguments) {
  folder <- if (length(arguments)) arguments[1] else "."
  found <- compute(folder)
  report <- read_table(folder, "reliability.csv")
  keys <- paste(report$part, report$key, plain(report$rater_1), plain(report$rater_2), report$coefficient, sep = "\r")
  compared <- passed <- largest <- 0
  where <- ""
  for (place in seq_along(keys)) {
    number <- get0(keys[place], envir = found, inherits = FALSE)
    if (is.null(number)) {
      passed <- passed + 1
      next
    }
    apart <- difference(report$value[place], number[1])
    if (length(number) == 3 && report$interval[place] %in% c("", "jackknife")) {
      apart <- c(apart, difference(report$low[place], number[2]), difference(report$high[place], number[3]))
    }
    compared <- compared + length(apart)
    if (max(apart) > largest) {
      largest <- max(apart)
      where <- paste0(" (", gsub("\r", " ", keys[place]), ")")
    }
  }
  cat(compared, " numbers compared, ", passed, " rows hold what this script does not compute.\n", sep = "")
  cat("Largest difference: ", format(largest, digits = 3), where, "\n", sep = "")
  quit(status = if (largest > TOLERANCE) 1 else 0)
}

main(commandArgs(trailingOnly = TRUE))
