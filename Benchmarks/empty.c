/* The floor for the start of any process: what exec, the dynamic loader and exit cost by themselves. */
int main(void) { return 0; }
