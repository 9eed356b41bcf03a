#include "xsAll.h"
#include "rom.h"

void romWatchCensus(txMachine* the)
{
}
