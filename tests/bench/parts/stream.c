/* The streaming floor of `npm run bench -- top`: one pass over a matrix of rows of 128 floats on all cores, written for nothing else.
 * stream THREADS LARGEST answers each line `SIZE` of stdin with the milliseconds of one product with rows 0 .. SIZE-1. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { width = 128 };
static float *rows, *vector, *products;
static size_t count;
static int threads;
static pthread_barrier_t begin, end;

static void multiply(size_t from, size_t to) {
  for (size_t row = from; row < to; row++) {
    const float *values = rows + row * width;
    float sums[64] = {0};
    for (int column = 0; column < width; column += 64)
      for (int lane = 0; lane < 64; lane++) sums[lane] += vector[column + lane] * values[column + lane];
    float sum = 0;
    for (int lane = 0; lane < 64; lane++) sum += sums[lane];
    products[row] = sum;
  }
}

static void *work(void *number) {
  size_t own = (size_t)number;
  for (;;) {
    pthread_barrier_wait(&begin);
    multiply(count * own / threads, count * (own + 1) / threads);
    pthread_barrier_wait(&end);
  }
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return 1e3 * time.tv_sec + 1e-6 * time.tv_nsec;
}

int main(int words, char **word) {
  if (words != 3) return 1;
  threads = atoi(word[1]);
  size_t largest = strtoul(word[2], 0, 10);
  if (posix_memalign((void **)&rows, 64, largest * width * sizeof(float)) || posix_memalign((void **)&vector, 64, width * sizeof(float))) return 1;
  products = malloc(largest * sizeof(float));
  for (size_t i = 0; i < largest * width; i++) rows[i] = (float)(i % 1009) / 1009 - 0.5f;
  for (int i = 0; i < width; i++) vector[i] = (float)i / width;
  pthread_barrier_init(&begin, 0, threads);
  pthread_barrier_init(&end, 0, threads);
  pthread_t thread;
  for (size_t own = 1; own < (size_t)threads; own++) pthread_create(&thread, 0, work, (void *)own);
  while (scanf("%zu", &count) == 1) {
    double started = now();
    pthread_barrier_wait(&begin);
    multiply(0, count / threads);
    pthread_barrier_wait(&end);
    printf("{\"ms\": %.4f}\n", now() - started);
    fflush(stdout);
  }
  return 0;
}
